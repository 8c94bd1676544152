import { SERVICES, type ServiceName } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { type HandledObserver, partitionsOf, type StreamsServer, type StreamsStats } from '@app/streams';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Metrics } from './metrics';

/** What this process does with the work of its services, and how much waits: of theirs, or of all where it has none. */
export class WorkMetrics {
  /** To be told of each request handled. */
  readonly observe: HandledObserver;
  private readonly registry: Registry;
  private readonly servers = new Map<ServiceName, StreamsServer>();

  constructor(
    metrics: Metrics,
    private readonly redis: Redis,
  ) {
    this.registry = metrics.registry;
    const seconds = metrics.histogram('chat_work_seconds', 'Time to handle a request or event', ['pattern', 'outcome']);
    this.observe = (pattern, outcome, took) => seconds.observe({ pattern, outcome }, took);
    this.counted('chat_work_handled_total', 'Requests and events handled', ({ handled }) => handled);
    this.counted('chat_work_retried_total', 'Tries after a failure', ({ retried }) => retried);
    this.counted('chat_work_expired_total', 'Queries dropped as their caller gave up', ({ expired }) => expired);
    this.counted('chat_work_ignored_total', 'Events of a later version, not known here', ({ ignored }) => ignored);
    this.counted('chat_work_taken_over_total', 'Entries taken over from other replicas', ({ takenOver }) => takenOver);
    this.counted('chat_work_dead_total', 'Requests sent to work:dead', ({ dead }) => dead);
    this.read('chat_work_in_flight', 'Requests being handled, or read and about to be', 'work', async (gauge) => {
      for (const [work, server] of this.servers) gauge.set({ work }, server.stats.inFlight);
    });
    this.read('chat_work_queue_length', 'Entries in a stream, pending or waiting', 'stream', async (gauge) => {
      for (const stream of await this.streams()) gauge.set({ stream }, await redis.xlen(stream));
    });
    this.read('chat_work_queue_age_seconds', 'Age of the oldest entry in a stream', 'stream', async (gauge) => {
      const [now] = await redis.time();
      for (const stream of await this.streams()) {
        const [oldest] = await redis.xrange(stream, '-', '+', 'COUNT', 1);
        gauge.set({ stream }, oldest ? Math.max(0, Number(now) - Number.parseInt(oldest[0], 10) / 1000) : 0);
      }
    });
    this.read('chat_partitions_owned', 'Partitions that this replica reads', 'work', async (gauge) => {
      for (const [work, { partitionsOwned }] of this.servers) {
        if (partitionsOwned !== undefined) gauge.set({ work }, partitionsOwned);
      }
    });
    this.read('chat_work_dead_letters', 'Entries in work:dead', 'stream', async (gauge) => {
      gauge.set({ stream: keys.dead }, await redis.xlen(keys.dead));
    });
  }

  add(service: ServiceName, server: StreamsServer): void {
    this.servers.set(service, server);
  }

  /** A gateway looks at every service's: one without a replica left cannot say that its work waits. */
  private async streams(): Promise<string[]> {
    const services = this.servers.size > 0 ? [...this.servers.keys()] : SERVICES;
    const lists = services.map(async (service) => [
      keys.work(service),
      keys.events(service),
      ...(await partitionsOf(this.redis, service)),
    ]);
    return (await Promise.all(lists)).flat();
  }

  private counted(name: string, help: string, of: (stats: StreamsStats) => number): void {
    const { servers } = this;
    new Counter({
      name,
      help,
      labelNames: ['work'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [work, server] of servers) this.inc({ work }, of(server.stats));
      },
    });
  }

  /** While Redis is away, the figures that lie there are left out rather than wrong. */
  private read(name: string, help: string, label: string, set: (gauge: Gauge) => Promise<void>): void {
    const { redis } = this;
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        this.reset();
        if (redis.status === 'ready') await set(this).catch(() => undefined);
      },
    });
  }
}
