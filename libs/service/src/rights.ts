import { type Action, type Actor, may, notAMember, RIGHTS, type RoomRules, standing } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { Injectable } from '@nestjs/common';

/** The fields of a room's info that say who may do what there. */
const RULES = ['visibility', 'archivedAt', 'posting'] as const;
const rulesOf = ([visibility, archivedAt, posting]: (string | null)[]): RoomRules => ({
  isPublic: visibility === 'public',
  isArchived: typeof archivedAt === 'string',
  adminsPost: posting === 'admins',
});

/** What an actor may do in a room, outside of scripts: these check it themselves (`may.lua`). */
@Injectable()
export class Rights {
  constructor(private readonly redis: Redis) {}

  /** Asks Redis where the room's members hash decides, and nowhere else. */
  async may(actor: Actor | undefined, action: Action, roomId: string): Promise<boolean> {
    if (!actor || standing(actor, action, roomId) !== 'members') return may(actor, action, roomId);
    const { least, live } = RIGHTS[action];
    const [role, rules] = await Promise.all([
      this.redis.hget(keys.roomMembers(roomId), actor.userId),
      least === 'visitor' || live ? this.redis.hmget(keys.roomInfo(roomId), ...RULES) : undefined,
    ]);
    return may(actor, action, roomId, { role, ...(rules && { room: rulesOf(rules) }) });
  }

  /** @throws ChatError `forbidden` */
  async require(actor: Actor | undefined, action: Action, roomId: string): Promise<void> {
    if (!(await this.may(actor, action, roomId))) throw notAMember();
  }
}
