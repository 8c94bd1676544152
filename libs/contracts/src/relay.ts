import { z } from 'zod';
import { NEWS } from './features';
import { messageSchema, positionSchema } from './features/messages/schemas';
import { presenceSchema } from './features/presence/schemas';
import { shownRoomSchema } from './features/rooms/schemas';
import { roomIdSchema, userIdSchema } from './ids';
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

type NewsData<N extends keyof typeof NEWS> = (typeof NEWS)[N] extends { data: infer D extends z.ZodType } ? D : never;
type NewsOf = { [N in keyof typeof NEWS]: ReturnType<typeof envelope<N, NewsData<N>>> };
const newsEnvelopes = Object.entries(NEWS).map(([type, { data }]) => envelope(type, data));
/** What our servers publish on `news`. */
export const newsEnvelopeSchema = z.discriminatedUnion(
  'type',
  newsEnvelopes as unknown as [NewsOf[keyof NewsOf], ...NewsOf[keyof NewsOf][]],
);
export type NewsEnvelope = z.infer<typeof newsEnvelopeSchema>;
