import { z } from 'zod';
import { userSchema } from '../accounts/schemas';

export const helloSchema = z.strictObject({
  user: userSchema,
  /** The gateway's, another one after each of its restarts. */
  serverId: z.string(),
  protocol: z.number().int(),
  maxMessageLength: z.number().int(),
  /** For so long after it was stored a message may be edited; 0: for ever. Absent from earlier releases. */
  editWindowMs: z.number().int().nonnegative().optional(),
  /** The gateway's clock, in Unix milliseconds. Absent from earlier releases. */
  now: z.number().int().optional(),
  /** What may be called on this socket. Absent from earlier releases. */
  calls: z.array(z.string()).optional(),
});
/** How a gateway greets a socket. */
export type Hello = z.infer<typeof helloSchema>;

export const resyncSchema = z.strictObject({ spreadMs: z.number().nonnegative() });
export type Resync = z.infer<typeof resyncSchema>;
