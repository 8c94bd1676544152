import type { Changed, Message, Presence, ReadMark, ServerEvents, ShownRoom, Typing } from '@app/contracts';

const MAX_SPREAD_MS = 60_000;

type Greeting = Parameters<ServerEvents['hello']>[0];
type Resync = Parameters<ServerEvents['resync']>[0];

/** Who is told of a server's events. */
export interface Incoming {
  hello(greeting: Partial<Greeting>): void;
  message(message: Message): void;
  /** A stored message has another state. */
  changed(message: Message): void;
  shown(room: ShownRoom): void;
  presence(changes: Presence[]): void;
  /** Who is online may be known no more. */
  stalePresence(spreadMs: number): void;
  read(mark: ReadMark): void;
  typing(typing: Typing): void;
  /** The list of rooms may be out of date. */
  stale(spreadMs: number): void;
  resync(spreadMs: number): void;
}

/** Passes on an event, as long as what is relied upon is there; a later server's additions do no harm. */
export function dispatch(event: string, payload: unknown, to: Incoming): void {
  if (event === 'hello') {
    to.hello(record<Greeting>(payload));
  } else if (event === 'message') {
    const message = asMessage(payload);
    if (message) to.message(message);
  } else if (event === 'changed') {
    const message = asMessage(record<Changed>(payload).message);
    if (message) to.changed(message);
  } else if (event === 'show.room') {
    const { id, names } = record<ShownRoom>(payload);
    if (typeof id === 'string' && Array.isArray(names)) to.shown({ id, names });
  } else if (event === 'presence') {
    to.presence(Array.isArray(payload) ? payload.filter(isPresence) : []);
  } else if (event === 'presence.stale') {
    to.stalePresence(spreadOf(payload));
  } else if (event === 'user.connected' || event === 'user.disconnected') {
    const presence = { ...record<Presence>(payload), online: event === 'user.connected' };
    if (isPresence(presence)) to.presence([presence]);
  } else if (event === 'room.read') {
    const { roomId, seq } = record<ReadMark>(payload);
    if (typeof roomId === 'string' && Number.isSafeInteger(seq)) to.read({ roomId, seq: seq as number });
  } else if (event === 'typing') {
    const { roomId, userId } = record<Typing>(payload);
    if (typeof roomId === 'string' && typeof userId === 'string') to.typing({ roomId, userId });
  } else if (event === 'rooms.stale') {
    to.stale(spreadOf(payload));
  } else if (event === 'resync') {
    to.resync(spreadOf(payload));
  }
}

function spreadOf(payload: unknown): number {
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

function isPresence(payload: unknown): payload is Presence {
  const { id, username, online } = record<Presence>(payload);
  return typeof id === 'string' && typeof username === 'string' && typeof online === 'boolean';
}

/** Any object's fields, each of them optional; none of what is no object. */
function record<T>(payload: unknown): Partial<T> {
  return typeof payload === 'object' && payload !== null ? payload : {};
}
