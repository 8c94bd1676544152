import type { ServiceName } from '@app/contracts';
import type { RedisEndpoint } from '@app/redis';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { EntrySource, StreamsStats } from './entry';
import { DEFAULT_STREAMS_LIMITS, type StreamsLimits } from './limits';
import { SILENT, type StreamsLogger } from './logger';
import { Replica } from './replica';
import { requireHandlers } from './require-handlers';
import type { HandledObserver, Handler, ReplyCheck } from './runner-options';
import type { Sealer } from './sealing';
import { randomId } from './wire';

export interface StreamsServerOptions {
  /** Whose work this process takes. */
  service: ServiceName;
  endpoint: RedisEndpoint;
  limits?: Partial<StreamsLimits>;
  logger?: StreamsLogger;
  observe?: HandledObserver;
  /** Opens what is sealed; without it such requests are refused. */
  sealer?: Sealer;
  /** Checks what handlers give. */
  checkReply?: ReplyCheck;
  /** It has a handler for all that is asked of its service; else `listen` throws. */
  isWhole?: boolean;
}

/**
 * Nest transport that takes a service's work and events from Redis Streams; exactly one of the service's replicas takes
 * each. Handlers are plain `@MessagePattern` and `@EventPattern` methods. A ChatError of theirs is the answer; any
 * other error is tried again, and ends in `work:dead`. Attach it with `serveWork`.
 */
export class StreamsServer extends Server implements CustomTransportStrategy {
  /** Names this replica among its service's; unique for each start. */
  readonly consumer: string;
  private readonly counters = { handled: 0, expired: 0, ignored: 0, retried: 0, takenOver: 0, dead: 0 };
  private replica?: Replica;

  constructor(private readonly options: StreamsServerOptions) {
    super();
    this.consumer = `${options.service}-${randomId()}`;
  }

  /**
   * Starts taking work. Does not wait for Redis and survives its outages; see `isReady`.
   * @throws Error naming what has no handler, and handlers of what nobody asks
   */
  listen(callback: () => void): void {
    const { service, endpoint, limits, logger, observe, sealer, checkReply, isWhole } = this.options;
    if (isWhole) requireHandlers(service, this.messageHandlers);
    this.replica = new Replica({
      service,
      endpoint,
      consumer: this.consumer,
      limits: { ...DEFAULT_STREAMS_LIMITS, ...limits },
      counters: this.counters,
      log: logger ?? SILENT,
      observe,
      sealer,
      checkReply,
      handlerOf: (kind, pattern) => this.handlerOf(kind, pattern),
    });
    callback();
  }

  /** Whether it takes work now. */
  isReady(): boolean {
    return this.replica?.isReady() ?? false;
  }

  /** Counters for metrics. */
  get stats(): StreamsStats {
    return { ...this.counters, inFlight: this.replica?.inFlight ?? 0 };
  }

  /** Partitions that are read here; undefined: its service has none. */
  get partitionsOwned(): number | undefined {
    return this.replica?.partitionsOwned;
  }

  /** Reads no more and finishes what is in flight, within the grace. */
  async close(): Promise<void> {
    const { replica } = this;
    this.replica = undefined;
    await replica?.close();
  }

  /** Nest's hook for a transport's own events; this one has none. */
  override on(): void {}

  /** The connection for short commands; undefined before `listen`. */
  override unwrap<T>(): T {
    return this.replica?.redis as T;
  }

  private handlerOf(kind: EntrySource['kind'], pattern: string): Handler | undefined {
    const handler = this.messageHandlers.get(pattern);
    return handler?.isEventHandler === (kind === 'events') ? (handler as Handler) : undefined;
  }
}
