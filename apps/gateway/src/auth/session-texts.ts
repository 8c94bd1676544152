import { keys, Redis, together } from '@app/redis';
import { Injectable } from '@nestjs/common';

const AT_A_TIME = 100;

/** Sessions as Redis has them. */
@Injectable()
export class SessionTexts {
  /** A session's JSON, or null; what is asked for in one turn is one command. */
  readonly read: (sessionId: string) => Promise<string | null>;

  constructor(redis: Redis) {
    // On a Cluster each may lie on another node.
    this.read = redis.isCluster
      ? (sessionId) => redis.get(keys.session(sessionId))
      : together((sessionIds) => redis.mget(sessionIds.map((id) => keys.session(id))), AT_A_TIME);
  }
}
