import type { ErrorCode, Message } from '@app/contracts';

/** What a run leaves behind for the checker. Times are Unix ms on the test's own clock. */
export interface RunRecord {
  rooms: Room[];
  clients: ClientLog[];
  /** Who had a connection at the end. */
  connected: readonly string[];
  /** Who was online at the end, as Redis has it. */
  online: readonly string[];
  /** Work and events not finished at the end, by stream. */
  pending: Readonly<Record<string, number>>;
  dead: readonly DeadWork[];
  /** Processes that ended without being told to. */
  exits: readonly string[];
  /** Answers over HTTP that were wrong. */
  wrong: readonly string[];
  /** Processes whose memory grew and grew. */
  growing: readonly string[];
  /** What was acknowledged in these times a crash of Redis may have lost. */
  mayBeLost: readonly Span[];
  /** Times in which the messages service could not handle anything. */
  failing: readonly Span[];
}

export interface Span {
  from: number;
  to: number;
}

export interface Room {
  id: string;
  /** User ids. */
  members: readonly string[];
  /** In the order of Redis' scores. */
  stored: readonly StoredMessage[];
}

export interface StoredMessage {
  id: string;
  seq: number;
  date: number;
  from: string;
  /** What its sender knows it by: a client id, or the text where the demo's protocol has none. */
  key: string;
  /** As it is now: `stateOf`. */
  state: string;
}

/** What a message is like, to compare what is shown with what is stored. */
export function stateOf({ rev, deleted, message }: Pick<Message, 'rev' | 'deleted' | 'message'>): string {
  return `${rev ?? ''} ${deleted ? 'deleted' : 'there'} ${message}`;
}

export interface Sent {
  key: string;
  roomId: string;
  at: number;
  /** Messages of one sender keep their order within a group. */
  group: number;
  /** When the sender was sure that it is stored. */
  settledAt?: number;
  /** Ids that the server acknowledged it with. */
  acked: string[];
  /** Refusals, and when; the sender tried again after each. */
  refused: { code: ErrorCode; at: number }[];
}

/** An edit or a deletion by its author. */
export interface ChangeMade {
  messageId: string;
  roomId: string;
  at: number;
  /** When its author was sure of it. */
  settledAt?: number;
  /** What an edit made of it; undefined: it was deleted. */
  text: string | undefined;
  /** Why it was refused and given up. */
  refused?: { code: ErrorCode; at: number };
}

/** A message as a client shows it. */
export interface Shown {
  id: string;
  state: string;
}

export interface Heard {
  id: string;
  roomId: string;
  date: number;
}

export interface ClientLog {
  userId: string;
  /** The demo's client has no acknowledgements, and does not fetch what it missed. */
  kind: 'chat' | 'demo';
  /** In order of sending. */
  sent: Sent[];
  /** In order. */
  changed: ChangeMade[];
  /** Every message that reached it, whatever it made of it. */
  heard: Heard[];
  /** What each of its lives (a page load, or a connection of the demo's) showed as new, in that order. */
  announced: Heard[][];
  /** What it shows in each room at the end, in order; unknown for one that left. */
  views?: ReadonlyMap<string, readonly Shown[]>;
  /** Whom it shows as online at the end. */
  online?: readonly string[];
}

export interface DeadWork {
  pattern: string;
  askedAt: number;
  diedAt: number;
}
