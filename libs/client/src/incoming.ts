import type { Changed, Message, ServerEvents, ShownRoom } from '@app/contracts';
import type { Hears } from './feature';

const MAX_SPREAD_MS = 60_000;

type Greeting = Parameters<ServerEvents['hello']>[0];
type Resync = Parameters<ServerEvents['resync']>[0];

/** Who is told of what a server says of the connection, rooms and messages. */
export interface Incoming {
  hello(greeting: Partial<Greeting>): void;
  message(message: Message): void;
  /** A stored message has another state. */
  changed(message: Message): void;
  /** So has something of a room that is no message. */
  pass(roomId: string, rev: number): void;
  shown(room: ShownRoom): void;
  /** The list of rooms may be out of date. */
  stale(spreadMs: number): void;
  resync(spreadMs: number): void;
}

/** Passes on an event, as long as what is relied upon is there. */
export const hearsFor = (to: Incoming): Hears => ({
  hello: (payload) => to.hello(record<Greeting>(payload)),
  message: (payload) => {
    const message = asMessage(payload);
    if (message) to.message(message);
  },
  changed: (payload) => {
    const { message: given, roomId, rev } = record<Changed>(payload);
    const message = asMessage(given);
    if (message) to.changed(message);
    // Of no room, or at no clock, it goes past nothing.
    else to.pass(roomId as string, rev as number);
  },
  'show.room': (payload) => {
    const { id, names } = record<ShownRoom>(payload);
    if (typeof id === 'string' && Array.isArray(names)) to.shown({ id, names });
  },
  'rooms.stale': (payload) => to.stale(spreadOf(payload)),
  resync: (payload) => to.resync(spreadOf(payload)),
});

/** Over how long clients that are told to do something do so. */
export function spreadOf(payload: unknown): number {
  const { spreadMs } = record<Resync>(payload);
  return typeof spreadMs === 'number' ? Math.min(spreadMs, MAX_SPREAD_MS) : 0;
}

/** A message, if it is one. */
export function asMessage(payload: unknown): Message | undefined {
  const message = record<Message>(payload);
  const valid =
    typeof message.id === 'string' &&
    typeof message.roomId === 'string' &&
    typeof message.from === 'string' &&
    typeof message.date === 'number' &&
    typeof message.message === 'string' &&
    (message.seq === undefined || Number.isSafeInteger(message.seq)) &&
    (message.rev === undefined || Number.isSafeInteger(message.rev)) &&
    (message.edited === undefined || typeof message.edited === 'number') &&
    (message.deleted === undefined || typeof message.deleted === 'object');
  return valid ? (message as Message) : undefined;
}

/** Any object's fields, each of them optional; none of what is no object. */
export function record<T>(payload: unknown): Partial<T> {
  return typeof payload === 'object' && payload !== null ? payload : {};
}
