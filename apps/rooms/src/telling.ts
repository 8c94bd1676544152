import { randomBytes } from 'node:crypto';
import { STORE_SUFFIX } from '@app/contracts';
import { channelsOf, Redis } from '@app/redis';
import { Announcements, CONFIG, type Config } from '@app/service';
import { currentSpan } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';

/** What scripts that change named rooms take beside what they change. */
@Injectable()
export class Telling {
  private readonly serverId = `${randomBytes(6).toString('hex')}${STORE_SUFFIX}`;
  /** How many changes of a room are kept. */
  readonly kept: number;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG) config: Pick<Config, 'CHANGES_KEPT'>,
    private readonly announcements: Announcements = new Announcements(redis),
  ) {
    this.kept = config.CHANGES_KEPT;
  }

  /** For what happens in a room. */
  ofRoom(roomId: string): [channels: string, serverId: string, span: string] {
    return [this.announcements.newsOf(roomId), this.serverId, currentSpan() ?? ''];
  }

  /** For what happens to somebody there: in the room, and for all gateways. */
  ofMember(roomId: string): [channels: string, news: string, serverId: string, span: string] {
    const [channels, serverId, span] = this.ofRoom(roomId);
    return [channels, channelsOf(this.redis).news, serverId, span];
  }
}
