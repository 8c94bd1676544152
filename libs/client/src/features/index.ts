import type { Core, Feature } from '../feature';
import type { CoreEvents } from '../types';
import { people } from './people';
import { reading } from './reading';
import { typing } from './typing';

/** What a client does besides its rooms and their messages. */
const FEATURES = [people, reading, typing] as const;

type Begin = (typeof FEATURES)[number];
type OffersOf<B> = B extends (core: never) => { offers: infer O } ? O : never;
type EventsOf<B> = B extends (core: Core<infer E>) => unknown ? E : never;
type All<T> = (T extends unknown ? (all: T) => void : never) extends (all: infer A) => void ? A : never;

/** What all features add to `ChatClient`. */
export type Offers = All<OffersOf<Begin>>;
/** What `ChatClient.on` tells of. */
export type ChatClientEvents = CoreEvents & All<EventsOf<Begin>>;

/** The features of one client. */
export const featuresOf = (core: Core<ChatClientEvents>): readonly Feature[] => FEATURES.map((begin) => begin(core));
