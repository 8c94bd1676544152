import { connectRedis, Redis } from '@app/redis';
import { type Sealer, StreamsClient } from '@app/streams';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Announcements } from './announcements';
import type { Config } from './config';
import { CONFIG } from './config';
import { Health, HealthController } from './health';
import { Jobs } from './jobs';
import { LOGGER, type Logger } from './logger';
import { Metrics } from './metrics/metrics';
import { watchRedisLatency, watchRedisMemory } from './metrics/redis-metrics';
import { WorkMetrics } from './metrics/work-metrics';
import { RedisWatch } from './redis-watch';
import { Rights } from './rights';
import { streamsLimits } from './streams-limits';

/** What every service has at hand: configuration, logger, Redis, the other services, health. */
@Global()
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  constructor(
    private readonly redis: Redis,
    private readonly announcements: Announcements,
    private readonly streams: StreamsClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  static create(name: string, config: Config, logger: Logger, sealer: Sealer): DynamicModule {
    const redis = connectRedis(config.redis, 'commands', name);
    const streams = new StreamsClient({
      endpoint: config.redis,
      name,
      limits: streamsLimits(config),
      logger,
      sealer,
      redis,
    });
    const health = new Health();
    health.add('calls', () => streams.isReady());
    const announcements = new Announcements(redis, config.RELAY);
    // Who only looks people up announces nothing.
    if (name !== 'auth') announcements.start();
    const watch = new RedisWatch(redis, health, logger, config.RELAY === 'sharded' && name !== 'auth');
    const metrics = new Metrics(name);
    watchRedisLatency(redis, metrics, () => watch.isServing());
    watchRedisMemory(redis, metrics);
    return {
      module: ServiceModule,
      controllers: [HealthController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: Redis, useValue: redis },
        { provide: Announcements, useValue: announcements },
        { provide: StreamsClient, useValue: streams },
        { provide: Health, useValue: health },
        { provide: Rights, useValue: new Rights(redis) },
        { provide: Jobs, useValue: new Jobs(health, logger) },
        { provide: Metrics, useValue: metrics },
        { provide: WorkMetrics, useValue: new WorkMetrics(metrics, redis) },
      ],
      exports: [CONFIG, LOGGER, Redis, Announcements, Rights, StreamsClient, Health, Jobs, Metrics, WorkMetrics],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.announcements.stop();
    await this.streams.close();
    await this.redis.quit().catch(() => this.redis.disconnect());
    this.logger.info('stopped');
  }
}
