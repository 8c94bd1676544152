import { Messages } from './messages';
import { NamedRooms } from './named-rooms';
import { People } from './people';
import { Presence } from './presence';
import { Rooms } from './rooms';
import { Session } from './session';
import { Sessions } from './sessions';
import { Settings } from './settings';
import { Typing } from './typing';

/** What is more than "authenticate, limit, pass on", which definitions alone say. */
export const FEATURES = [Messages, NamedRooms, People, Presence, Rooms, Session, Sessions, Settings, Typing] as const;
