import { z } from 'zod';
import type { ErrorBody } from './errors';
import { roomIdSchema, userIdSchema } from './ids';
import {
  type Changed,
  changedSchema,
  clientIdSchema,
  type DeleteRequest,
  type EditRequest,
  HARD_MESSAGE_LENGTH,
  type Message,
  messageSchema,
  type ReadAnswer,
  type ReadMark,
  type ReadRequest,
  readAnswerSchema,
  readMarkSchema,
  type ShownRoom,
  type SyncAnswer,
  type SyncRequest,
  shownRoomSchema,
  syncAnswerSchema,
  type Typing,
  type TypingRequest,
  typingSchema,
} from './messages';
import { type Presence, presenceSchema, userSchema } from './users';

/** Where Socket.IO is served. */
export const SOCKET_PATH = '/socket.io/';

/** Told in the handshake's `auth` by our own client; the demo's says nothing. */
export const PROTOCOL_VERSION = 1;

/** A call's outcome: one form for every acknowledgement. */
export type Ack<T extends object> = ({ ok: true } & T) | { ok: false; error: ErrorBody };

/** How an edit ended; a `conflict` with the message as it is. */
export type EditAck = { ok: true; message: Message } | { ok: false; error: ErrorBody; message?: Message };

export const sendSchema = z.strictObject({
  roomId: roomIdSchema,
  message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
  clientId: clientIdSchema,
});
export type SendRequest = z.infer<typeof sendSchema>;

/** The demo's form: no client id, a number for an id, a sender and a date that are not believed. */
export const demoSendSchema = z.object({
  roomId: z.union([z.string(), z.number()]).transform(String).pipe(roomIdSchema),
  message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
  clientId: clientIdSchema.optional(),
});

export const joinSchema = z.union([z.string(), z.number()]).transform(String).pipe(roomIdSchema);

export const onlineRequestSchema = z.strictObject({ after: userIdSchema.optional() });
export type OnlineRequest = z.infer<typeof onlineRequestSchema>;
export const onlineAnswerSchema = z.strictObject({
  users: z.array(presenceSchema),
  /** There are more: pass it as `after`. */
  next: userIdSchema.optional(),
});
export type OnlineAnswer = z.infer<typeof onlineAnswerSchema>;

export const helloSchema = z.strictObject({
  user: userSchema,
  /** The gateway's, another one after each of its restarts. */
  serverId: z.string(),
  protocol: z.number().int(),
  maxMessageLength: z.number().int(),
});
/** How a gateway greets a socket. */
export type Hello = z.infer<typeof helloSchema>;

export const staleRoomsSchema = z.strictObject({ spreadMs: z.number().nonnegative() });
export type StaleRooms = z.infer<typeof staleRoomsSchema>;

export const stalePresenceSchema = z.strictObject({ spreadMs: z.number().nonnegative() });
export type StalePresence = z.infer<typeof stalePresenceSchema>;

export const resyncSchema = z.strictObject({ spreadMs: z.number().nonnegative() });
export type Resync = z.infer<typeof resyncSchema>;

/** What acknowledges each call, but for `ok`. */
export const ACKS = {
  message: z.strictObject({ message: messageSchema }),
  'message.edit': z.strictObject({ message: messageSchema }),
  'message.delete': z.strictObject({ message: messageSchema }),
  'room.join': z.strictObject({}),
  sync: syncAnswerSchema,
  'room.read': readAnswerSchema,
  typing: z.strictObject({}),
  online: onlineAnswerSchema,
} satisfies Record<keyof ClientEvents, z.ZodType>;

/** What comes with each event that a client hears. */
export const SERVER_EVENTS = {
  hello: helloSchema,
  message: messageSchema,
  changed: changedSchema,
  'show.room': shownRoomSchema,
  'room.read': readMarkSchema,
  'rooms.stale': staleRoomsSchema,
  typing: typingSchema,
  presence: z.array(presenceSchema),
  'presence.stale': stalePresenceSchema,
  'user.connected': presenceSchema,
  'user.disconnected': presenceSchema,
  resync: resyncSchema,
  'session.ended': z.undefined(),
} satisfies Record<keyof ServerEvents, z.ZodType>;

/** What a client may call. */
export interface ClientEvents {
  message: (request: SendRequest, ack: (answer: Ack<{ message: Message }>) => void) => void;
  /** Another text for a message of one's own. The text that it has already is fine: an answer was lost. */
  'message.edit': (request: EditRequest, ack: (answer: EditAck) => void) => void;
  /** Takes the text of a message of one's own away, for good. Again: the same answer. */
  'message.delete': (request: DeleteRequest, ack: (answer: Ack<{ message: Message }>) => void) => void;
  'room.join': (roomId: string, ack?: (answer: Ack<object>) => void) => void;
  sync: (request: SyncRequest, ack: (answer: Ack<SyncAnswer>) => void) => void;
  /** Everything in a room up to `seq` is read; `room.read` tells all sockets of the user. */
  'room.read': (request: ReadRequest, ack: (answer: Ack<ReadAnswer>) => void) => void;
  /** The user is writing in a room; `typing` tells the others there. Nobody is told when it ends. */
  typing: (request: TypingRequest, ack: (answer: Ack<object>) => void) => void;
  /** Who is online, in step with the news on this socket. */
  online: (request: OnlineRequest, ack: (answer: Ack<OnlineAnswer>) => void) => void;
}

/** What a client hears. */
export interface ServerEvents {
  /** The socket hears its rooms from here on: `sync` now. */
  hello: (greeting: Hello) => void;
  message: (message: Message) => void;
  /** Something stored in one of the user's rooms has another state; for clients that told their protocol version. */
  changed: (changed: Changed) => void;
  'show.room': (room: ShownRoom) => void;
  /** The user has read on, on whichever device. This, `rooms.stale` and `typing`: for clients that told their protocol version. */
  'room.read': (mark: ReadMark) => void;
  /** Marks of what is read may have been missed: fetch the list of rooms, after a random part of `spreadMs`. */
  'rooms.stale': (request: StaleRooms) => void;
  /** Somebody else is writing in one of the user's rooms; good for a few seconds. */
  typing: (typing: Typing) => void;
  /** Who came and went lately, coalesced; for clients that told their protocol version in the handshake. */
  presence: (changes: Presence[]) => void;
  /** In place of `presence`, when a crowd came or went: ask `online`, after a random part of `spreadMs`. */
  'presence.stale': (request: StalePresence) => void;
  /** The same one by one, for the demo's client. */
  'user.connected': (presence: Presence) => void;
  'user.disconnected': (presence: Presence) => void;
  /** Something may have been missed: `sync`, after a random part of `spreadMs`. */
  resync: (request: Resync) => void;
  /** The session was signed out or is over; the socket closes. */
  'session.ended': () => void;
}
