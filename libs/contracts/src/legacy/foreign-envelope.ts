import { z } from 'zod';
import { roomIdSchema, userIdSchema } from '../ids';

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
