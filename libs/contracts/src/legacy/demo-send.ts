import { z } from 'zod';
import { clientIdSchema, HARD_MESSAGE_LENGTH } from '../features/messages/schemas';
import { roomIdSchema } from '../ids';

/** The demo's form of a message: no client id, a number for an id, a sender and a date that are not believed. */
export const demoSendSchema = z.object({
  roomId: z.union([z.string(), z.number()]).transform(String).pipe(roomIdSchema),
  message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
  clientId: clientIdSchema.optional(),
});
