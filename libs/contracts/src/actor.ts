import { z } from 'zod';
import { userIdSchema } from './ids';
import { growing } from './views';

/** Stands where a user's id would: no user has it. */
const NOBODY = '0';

export const actorSchema = z.strictObject({
  /** Whom it is done for; of the system: nobody. */
  userId: z.union([userIdSchema, z.literal(NOBODY)]),
  kind: growing(['user', 'bot', 'system'], 'user'),
  /** The session that it came by; names it without giving it away. */
  sessionHash: z.string().max(64).optional(),
  /** All that it may do; absent: whatever its user may. */
  scopes: z.array(z.string().max(64)).max(64).optional(),
  /** What its user is in this installation. */
  instanceRole: z.string().max(32).optional(),
});
/** Who asks: resolved where a request comes in, carried with the work it causes; services decide by it. */
export type Actor = z.infer<typeof actorSchema>;

/** Somebody who asks as themselves. */
export const userActor = (userId: string): Actor => ({ userId, kind: 'user' });

/** The installation itself: jobs, operators, a gateway that catches up. */
export const SYSTEM: Actor = { userId: NOBODY, kind: 'system' };
