import { keys, Redis } from '@app/redis';
import { CONFIG, type Config, LOGGER, type Logger } from '@app/service';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SecurityLog } from '../auth/security-log';
import { timeToLive } from '../auth/session';
import { SessionIndex } from '../auth/session-index';
import { Connections } from '../transport/connections';
import { Sockets } from './sockets';

/** The sessions of the live connections: kept from idling out, and their connections closed when they are over. */
@Injectable()
export class SessionRegistry implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly connections: Connections,
    private readonly sockets: Sockets,
    private readonly index: SessionIndex,
    private readonly log: SecurityLog,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.check().catch((error: unknown) =>
        this.logger.debug({ error: String(error) }, 'checking sessions failed, trying again'),
      );
    }, this.config.SESSION_CHECK_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Renews the sessions of the live connections and ends those that are over or were signed out. */
  async check(): Promise<void> {
    await Promise.all(
      this.connections.sessions().map(async ({ user, sessionId, sessionHash, sessionEnds }) => {
        const ttl = timeToLive(sessionEnds, this.config);
        const isOver = sessionEnds <= Date.now() || (await this.redis.expire(keys.session(sessionId), ttl)) === 0;
        if (isOver) this.expired(user.id, sessionHash);
        else await this.index.used(user.id, sessionId);
      }),
    );
  }

  private expired(userId: string, session: string): void {
    this.log.note('session.ended', { userId, session, reason: 'expired' });
    this.sockets.endSession(session);
  }
}
