import type { Message, ServerEvents, User } from '@app/contracts';
import type { ChatApi } from './api';
import type { Ask } from './calls';
import type { Emitter } from './emitter';
import type { KeptChat } from './kept-chat';
import type { Retrier } from './retrier';
import type { RoomList } from './room-list';
import type { Timelines } from './timelines';

/** What of a client a feature rests on. `Events`: what the feature tells its listeners. */
export interface Core<Events extends { [E in keyof Events]: (...args: never[]) => void } = object> {
  readonly user: User;
  readonly api: ChatApi;
  /** Calls the server, once. */
  readonly ask: Ask;
  readonly retrier: Retrier;
  readonly random: () => number;
  readonly roomList: RoomList;
  readonly timelines: Timelines;
  readonly emit: Emitter<Events>['emit'];
}

/** What is heard of the server, by the event's name. Each checks what it relies upon; a later server's additions do no harm. */
export type Hears = { readonly [E in keyof ServerEvents]?: (payload: unknown) => void };

/** A part of the client that the others do not know by name: what it hears and offers, and what it does when something happens. */
export interface Feature {
  readonly hears?: Hears;
  /** Becomes part of `ChatClient`. */
  readonly offers?: object;
  /** Connected, or something may have been missed: lists are fetched again. */
  readonly refresh?: () => void;
  /** The connection is lost: what was planned comes with the next one. */
  readonly lost?: () => void;
  /** A message was heard. */
  readonly heard?: (message: Message) => void;
  /** The user sends something to a room. */
  readonly sending?: (roomId: string) => void;
  /** What the user has sent is stored. */
  readonly sent?: (message: Message) => void;
  readonly roomsChanged?: () => void;
  /** The `seq` up to which a room was read here, as long as the server may not know it; 0: it does. */
  readonly readHere?: (roomId: string) => number;
  /** Begins with what another page has kept. */
  readonly restore?: (kept: KeptChat) => void;
  /** Ends all that goes on by itself. */
  readonly close?: () => void;
}
