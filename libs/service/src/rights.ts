import { type Action, type Actor, may, notAMember, standing } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { Injectable } from '@nestjs/common';

/** What an actor may do in a room, outside of scripts: these check it themselves (`may.lua`). */
@Injectable()
export class Rights {
  constructor(private readonly redis: Redis) {}

  /** Asks Redis where the room's members hash decides, and nowhere else. */
  async may(actor: Actor | undefined, action: Action, roomId: string): Promise<boolean> {
    if (!actor || standing(actor, action, roomId) !== 'members') return may(actor, action, roomId);
    return may(actor, action, roomId, { role: await this.redis.hget(keys.roomMembers(roomId), actor.userId) });
  }

  /** @throws ChatError `forbidden` */
  async require(actor: Actor | undefined, action: Action, roomId: string): Promise<void> {
    if (!(await this.may(actor, action, roomId))) throw notAMember();
  }
}
