import { FACTS, type ServiceName } from '@app/contracts';
import { connectRedis, keys, type Redis, type RedisEndpoint } from '@app/redis';
import { RedisClock } from './clock';
import type { EntrySource, StreamsCounters } from './entry';
import type { StreamsLimits } from './limits';
import type { StreamsLogger } from './logger';
import { PARTITIONED } from './partitions/partition-number';
import { PartitionedWork } from './partitions/partitioned-work';
import { StreamReader } from './reader';
import { Runner } from './runner';
import type { HandledObserver, HandlerOf, ReplyCheck } from './runner-options';
import type { Sealer } from './sealing';
import { Settler } from './settler';
import { within } from './within';

/** Bound of each step of closing, as Redis may not answer. */
const GOODBYE_MS = 1000;

export interface ReplicaOptions {
  service: ServiceName;
  /** Unique for each start of a process. */
  consumer: string;
  endpoint: RedisEndpoint;
  limits: StreamsLimits;
  counters: StreamsCounters;
  log: StreamsLogger;
  handlerOf: HandlerOf;
  observe?: HandledObserver;
  sealer?: Sealer;
  checkReply?: ReplyCheck;
}

/** One process' share in a service: reads its streams and runs its handlers from the start to `close`. */
export class Replica {
  readonly redis: Redis;
  private readonly settler: Settler;
  private readonly runner: Runner;
  private readonly readers: StreamReader[];
  private readonly partitions?: PartitionedWork;
  private readonly timer: NodeJS.Timeout;
  private away = false;

  constructor(private readonly options: ReplicaOptions) {
    const { service, endpoint, consumer, limits } = options;
    const clock = new RedisClock();
    this.redis = connectRedis(endpoint, 'commands', consumer);
    this.settler = new Settler(this.redis, limits.deadMax);
    this.runner = new Runner({ ...options, settler: this.settler, clock });
    const reader = (kind: EntrySource['kind'], stream: string) =>
      new StreamReader({
        ...options,
        kind,
        stream,
        clock,
        redis: this.redis,
        blocking: connectRedis(endpoint, 'blocking', consumer, stream),
        runner: this.runner,
        settler: this.settler,
      });
    this.readers = [reader('work', keys.work(service))];
    if (hearsEvents(service)) this.readers.push(reader('events', keys.events(service)));
    if (PARTITIONED.includes(service) && limits.partitions > 0) {
      this.partitions = new PartitionedWork({ ...options, clock, redis: this.redis, settler: this.settler });
    }
    this.watchRedis();
    for (const each of this.readers) each.start();
    this.timer = setInterval(() => this.tick(), limits.leaseMs / 4);
  }

  isReady(): boolean {
    return this.readers.every((reader) => reader.isReady()) && (this.partitions?.isReady() ?? true);
  }

  get inFlight(): number {
    return this.runner.inFlight + (this.partitions?.inFlight ?? 0);
  }

  /** Partitions that are read here; undefined: the service has none. */
  get partitionsOwned(): number | undefined {
    return this.partitions?.owned;
  }

  /** Reads no more, finishes what is in flight if that takes no longer than the grace, leaves the rest to others. */
  async close(): Promise<void> {
    await Promise.all([...this.readers.map((reader) => reader.stop()), this.partitions?.stop()]);
    await within(Promise.all([this.runner.idle(), this.partitions?.idle()]), this.options.limits.graceMs);
    clearInterval(this.timer);
    this.runner.close();
    this.partitions?.close();
    await within(this.settler.drain(), GOODBYE_MS);
    await within(Promise.all([...this.readers.map((reader) => reader.leave()), this.partitions?.leave()]), GOODBYE_MS);
    // A close of our own is no outage to log.
    this.away = true;
    if (!(await within(this.redis.quit(), GOODBYE_MS))) this.redis.disconnect();
  }

  private tick(): void {
    this.runner.giveUpStuck();
    for (const reader of this.readers) void reader.tick();
    this.partitions?.tick();
  }

  private watchRedis(): void {
    const { log } = this.options;
    this.redis.on('ready', () => {
      if (this.away) log.info({}, 'Redis is reachable again, taking work');
      this.away = false;
      this.runner.retryHeld();
      this.partitions?.retryHeld();
      this.tick();
    });
    this.redis.on('close', () => {
      if (!this.away) log.warn({}, 'Redis is unreachable, taking no work');
      this.away = true;
    });
  }
}

function hearsEvents(service: ServiceName): boolean {
  return Object.values(FACTS).some(({ subscribers }) => subscribers.includes(service));
}
