import type { ErrorBody, Message, RoomSummary } from '@app/contracts';
import type { ManagerOptions, SocketOptions } from 'socket.io-client';
import type { KeptChat } from './kept-chat';

export type ConnectionState =
  /** The first connection is under way. */
  | { status: 'connecting' }
  /** `unsure`: the device says that it has no network; what is known of others may be old. */
  | { status: 'online'; unsure?: boolean }
  /** `retryAt`: Unix milliseconds of the next attempt; in the past while one is under way. */
  | { status: 'reconnecting'; retryAt: number }
  /** The server refused the session; the client has given up. */
  | { status: 'signed-out' };

export type EntryState = 'sent' | 'sending' | 'failed';

/** A line of a room: a stored message, or one of one's own on its way. */
export interface Entry {
  /** Stable for rendering: one's own sent here keep `clientId` when acknowledged, all others have their id. */
  key: string;
  id?: string;
  seq?: number;
  from: string;
  /** Unix seconds. */
  date: number;
  message: string;
  roomId: string;
  clientId?: string;
  state: EntryState;
  /** Why, with `failed`. */
  error?: ErrorBody;
  /** The room's clock at the message's present state; absent: as `seq`. */
  rev?: number;
  /** When it was last edited, in Unix seconds. */
  edited?: number;
  /** Its text is gone: who deleted it and when. */
  deleted?: { by: string; date: number };
  /** A change of one's own that the server does not have. What is shown has it, unless it failed. */
  change?: EntryChange;
}

/** A change of a message that is on its way, or was refused. */
export interface EntryChange {
  kind: 'edit' | 'delete';
  /** For `retry` and `discard`. */
  clientId: string;
  /** `waiting`: it can be undone until it is sent. */
  state: 'waiting' | 'sending' | 'failed';
  /** Why, with `failed`. */
  error?: ErrorBody;
  /** What an edit makes of it. */
  text?: string;
}

export interface RoomView {
  /** Stored ones oldest first, then one's own pending ones in order of sending; a new array when anything changed. */
  entries: readonly Entry[];
  /** Older pages exist. */
  hasOlder: boolean;
  /** This is a stretch apart from the present, which has newer messages after it; one's own pending ones are not in it. */
  hasNewer: boolean;
  /** Messages are here; else there are but one's own pending ones. */
  loaded: boolean;
  /** Counts how often other messages took the place of all that was shown. Pages that are added do not change it. */
  stretch: number;
  /** The id of the message that this stretch was loaded around, or of the nearest; undefined: it begins at the newest. */
  around?: string;
}

/** Which page is asked for; none of them: the newest. */
export type PageAsk = { before: string } | { after: string } | { around: string };

/** A line of the room list; `lastMessage`, `seq` and `read` are kept current. */
export interface RoomListItem extends RoomSummary {
  /** How many messages there are after the mark that are not deleted. One's own are read, and with each all that is before it. */
  unread: number;
}

interface Command {
  roomId: string;
  clientId: string;
  /** Unix milliseconds of when it was given. */
  createdAt: number;
  /** Unix milliseconds of the first attempt to send it; from then on the server may have it. */
  firstAttemptAt?: number;
  /** Given up for this reason, until somebody retries it. */
  error?: ErrorBody;
}

/** A message on its way to the server, as it survives a reload. */
export interface SendCommand extends Command {
  kind?: undefined;
  message: string;
}

/**
 * A change of a stored message on its way to the server, as it survives a reload. It has no `message`: an earlier
 * release that finds it in the store must not send it as one.
 */
export interface ChangeCommand extends Command {
  kind: 'edit' | 'delete';
  /** The message's. */
  id?: string;
  /** As long as the message is not known to be stored: its client id. */
  of?: string;
  /** What an edit makes of it. */
  text?: string;
  /** The `rev` of the message that was edited. */
  ifRev?: number;
  /** Not to be sent before, in Unix milliseconds. */
  notBefore?: number;
}

export type OutboxEntry = SendCommand | ChangeCommand;

/** Where what is not sent waits. Must not throw: what cannot be stored is merely not there after a reload. */
export interface OutboxStore {
  /** All entries, in any order. */
  load(): OutboxEntry[];
  /** Adds the entry, or replaces the one with its `clientId`. */
  put(entry: OutboxEntry): void;
  delete(clientId: string): void;
}

export interface ChatClientOptions {
  /** The server's origin; default: the page's. */
  url?: string;
  /** For whoever must add cookies by hand (Node). */
  fetch?: typeof fetch;
  /** For instance `extraHeaders` with the cookie (Node). */
  socketOptions?: Partial<ManagerOptions & SocketOptions>;
  /** Default: in memory. Browsers: `createBrowserOutbox(userId)`. */
  outbox?: OutboxStore;
  /** What another page's client knew of this user's chat: to begin with, when the server cannot be reached. */
  kept?: KeptChat;
  random?: () => number;
  now?: () => number;
}

/** What is told of rooms, their messages and the connection; features add to it. */
export interface CoreEvents {
  state: (state: ConnectionState) => void;
  /** The server is not understood any more: a newer client is needed. Told once. */
  outdated: () => void;
  /** The room list changed. */
  rooms: () => void;
  /** This room's view changed. */
  view: (roomId: string) => void;
  /** A new message became part of a room: once each, one's own too. History that is merely loaded is not new. */
  message: (message: Message) => void;
  /** A stored message has another state, whether it is loaded or not; with each tombstone that is loaded too. Once a state. */
  changed: (message: Message) => void;
}
