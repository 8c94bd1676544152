import { z } from 'zod';
import { roomIdSchema, userIdSchema } from './ids';
import {
  changedSchema,
  messageSchema,
  positionSchema,
  readMarkSchema,
  shownRoomSchema,
  typingSchema,
} from './messages';
import { presenceSchema } from './users';
import { whole } from './views';

export const RELAY_VERSION = 2;
/** Published in place of a gateway's id by services, which have emitted nothing yet. */
export const STORE_SUFFIX = ':store';

const toSchema = whole(
  z.union([
    z.strictObject({ room: roomIdSchema }),
    z.strictObject({ user: z.union([userIdSchema, z.array(userIdSchema)]) }),
    z.literal('all'),
  ]),
);
/** Whose sockets an envelope is for. */
export type RelayTarget = z.infer<typeof toSchema>;

const envelope = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.strictObject({
    v: z.literal(RELAY_VERSION),
    serverId: z.string(),
    type: z.literal(type),
    to: toSchema,
    /** The span of who published it, as a W3C `traceparent`. */
    span: z.string().max(64).optional(),
    data,
  });

/** Checked as closely as what a client sends: a gateway remembers room and id and asks for them again. */
const relayedMessageSchema = messageSchema.extend({
  roomId: roomIdSchema,
  id: positionSchema.shape.id,
  seq: z.number().int().positive(),
});

/** All that a gateway has to know of a message stands before its data. */
const messageEnvelope = envelope('message', relayedMessageSchema).extend({
  to: whole(z.strictObject({ room: roomIdSchema })),
  id: relayedMessageSchema.shape.id,
  seq: relayedMessageSchema.shape.seq,
  rev: relayedMessageSchema.shape.rev,
  date: z.number(),
});

/** What our own servers publish on `MESSAGES`, the channel that the demo has. */
export const relayEnvelopeSchema = z.discriminatedUnion('type', [
  messageEnvelope,
  envelope('show.room', shownRoomSchema),
  envelope('user.connected', presenceSchema),
  envelope('user.disconnected', presenceSchema),
]);
export type RelayEnvelope = z.infer<typeof relayEnvelopeSchema>;

/** What our servers publish on `news`. */
export const newsEnvelopeSchema = z.discriminatedUnion('type', [
  envelope('heartbeat', z.strictObject({ nonce: z.string() })),
  /** A session was signed out; the hash names it without giving it away. */
  envelope('session.ended', z.strictObject({ sessionHash: z.string() })),
  /** Published by the script that makes the change. */
  envelope('changed', changedSchema),
  /** Somebody has read on, on whichever device. */
  envelope('room.read', readMarkSchema),
  /** A direct room with a message is in the lists of its people: whoever has not heard of it asks. */
  envelope('room.begun', z.strictObject({ roomId: roomIdSchema })),
  /** No state: who publishes it has emitted it to its own sockets. */
  envelope('typing', typingSchema),
]);
export type NewsEnvelope = z.infer<typeof newsEnvelopeSchema>;

const looseId = z.union([z.string().max(40), z.number()]).transform(String);
const looseName = z
  .union([z.string().max(200), z.array(z.string().max(200)).min(1).max(1)])
  .transform((n) => String(n));

/** What servers of the demo publish; ids may be numbers or strings, a message's fields spelled either way. */
export const foreignEnvelopeSchema = z.discriminatedUnion('type', [
  z.object({
    serverId: looseId,
    type: z.literal('message'),
    data: z.looseObject({ roomId: looseId.optional(), RoomId: looseId.optional() }),
  }),
  z.object({
    serverId: looseId,
    type: z.literal('show.room'),
    data: z.object({ id: looseId.pipe(roomIdSchema), names: z.array(looseName).max(2) }),
  }),
  z.object({
    serverId: looseId,
    /** Older servers say `disconnect` in place of `user.disconnected`. */
    type: z.enum(['user.connected', 'user.disconnected', 'disconnect']),
    data: z.object({ id: looseId.pipe(userIdSchema), username: looseName }),
  }),
]);
export type ForeignEnvelope = z.infer<typeof foreignEnvelopeSchema>;
