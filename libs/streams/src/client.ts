import {
  ChatError,
  FACTS,
  type FactData,
  type FactName,
  made,
  type ServiceName,
  serviceOf,
  type WorkPattern,
  type WorkReply,
  type WorkRequest,
} from '@app/contracts';
import { channelsOf, connectRedis, keys, type Redis, type RedisEndpoint, whenReady } from '@app/redis';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import type { CallContext } from './call-context';
import { roomOf, workContract } from './handling';
import { Inbox } from './inbox';
import { Json } from './json';
import { DEFAULT_STREAMS_LIMITS, type StreamsLimits } from './limits';
import { SILENT, type StreamsLogger } from './logger';
import { Outbox, Refusals } from './outbox';
import type { Ordered } from './partitions/ordered';
import { Router } from './partitions/router';
import { currentRequestId } from './request-context';
import type { SealedRequest, Sealer } from './sealing';
import { currentSpan, isTracing, traced } from './tracing';
import { randomId, type WireRequest } from './wire';
import { within } from './within';

const GOODBYE_MS = 1000;
const ignore = () => undefined;

export interface StreamsClientOptions {
  endpoint: RedisEndpoint;
  /** Shown by CLIENT LIST. */
  name: string;
  limits?: Partial<StreamsLimits>;
  logger?: StreamsLogger;
  /** Seals what must be sealed; without it such calls fail. */
  sealer?: Sealer;
  /** Sends its commands over this connection, after what others said on it before, and leaves closing it to them. */
  redis?: Redis;
}

export interface CallOptions {
  /** The same for every repetition of a command, which then returns the first outcome; random by default. */
  key?: string;
  /** How long to wait, instead of the limit's `timeoutMs`. */
  timeoutMs?: number;
  /** Names who asks, for commands that are handled in the order of their room: those of one lane keep the order in which they are asked. */
  lane?: string | undefined;
  /** Who asks, as part of what. Without it the request id is the one that it runs under, and nobody is named. */
  context?: CallContext | undefined;
}

export interface EmitOptions extends Pick<CallOptions, 'context'> {
  /** Names the event: handlers know a repetition by it. */
  key: string;
}

/** Asks services and tells them events, over Redis Streams. Connects when it is made, and again whenever it must. */
export class StreamsClient extends ClientProxy {
  private readonly limits: StreamsLimits;
  private readonly redis: Redis;
  private readonly own: readonly Redis[];
  private readonly subscriber: Redis;
  private readonly inbox: Inbox;
  private readonly outboxes = new Map<string, Outbox>();
  private readonly routers = new Map<string, Router>();
  private readonly refusals: Refusals;
  private readonly channel: string;
  private readonly sealer?: Sealer;
  private calls = 0;

  constructor({ endpoint, name, limits, logger, sealer, redis }: StreamsClientOptions) {
    super();
    this.sealer = sealer;
    this.refusals = new Refusals(logger ?? SILENT);
    this.limits = { ...DEFAULT_STREAMS_LIMITS, ...limits };
    this.redis = redis ?? connectRedis(endpoint, 'commands', name);
    this.own = redis ? [] : [this.redis];
    this.subscriber = connectRedis(endpoint, 'subscriber', name);
    this.channel = channelsOf(this.redis).reply(randomId());
    this.inbox = new Inbox(this.subscriber, this.channel, this.limits.silenceMs);
  }

  /**
   * Asks a service.
   * @returns its answer
   * @throws ChatError the service's own; `overloaded`: the stream is full; `unavailable`: Redis is unreachable, no answer in
   *   time, or the connection for answers was lost: then the outcome is unknown, and a command may be repeated with the
   *   same key
   */
  call<P extends WorkPattern>(pattern: P, data: WorkRequest<P>, options: CallOptions = {}): Promise<WorkReply<P>> {
    if (!isTracing()) return this.ask(pattern, data, options);
    return traced(pattern, 'call', () => this.ask(pattern, data, options), options.context?.span);
  }

  /**
   * As `call`, for a caller that passes the answer on unparsed.
   * @returns its JSON
   */
  callForText<P extends WorkPattern>(pattern: P, data: WorkRequest<P>, options: CallOptions = {}): Promise<string> {
    const ask = () => this.ask(pattern, data, options, true);
    const asked = isTracing() ? traced(pattern, 'call', ask, options.context?.span) : ask();
    return asked.then(Json.textOf);
  }

  private ask<P extends WorkPattern>(
    pattern: P,
    data: WorkRequest<P>,
    options: CallOptions,
    asText = false,
  ): Promise<WorkReply<P>> {
    return new Promise((resolve, reject) => {
      if (!this.isReady()) {
        reject(new ChatError('unavailable', 'Redis is away'));
        return;
      }
      this.calls += 1;
      const id = this.calls.toString(36);
      const contract = workContract(pattern);
      const isCommand = contract?.kind === 'command';
      const ttlMs = options.timeoutMs ?? this.limits.timeoutMs;
      const key = options.key ?? (isCommand ? randomId() : undefined);
      const request: WireRequest = {
        pattern,
        data: contract?.sealed ? this.seal({ pattern, key, data }, contract.sealed) : data,
        id,
        replyTo: this.channel,
        ttlMs,
        key,
        trace: options.context?.requestId ?? currentRequestId(),
        span: currentSpan(),
        actor: options.context?.actor,
        ...(asText && { asText }),
      };
      const over = this.bring(request, options.lane, (error) => {
        this.inbox.forget(id);
        over();
        reject(error);
      });
      this.inbox.expect(id, {
        deadline: performance.now() + ttlMs,
        answered: (value) => {
          over();
          resolve(value as WorkReply<P>);
        },
        failed: (error) => {
          over();
          reject(error);
        },
        unanswered: () => unanswered(pattern, isCommand),
      });
    });
  }

  /**
   * Adds a request to where it is handled.
   * @param failed called when it was not added, later than this returns
   * @returns to be called once it is answered or given up
   */
  private bring(request: WireRequest, lane: string | undefined, failed: (error: ChatError) => void): () => void {
    const service = serviceOf(request.pattern as WorkPattern);
    const room = roomOf(request);
    if (room === undefined) {
      this.outbox(keys.work(service)).add(request, { stored: ignore, failed });
      return ignore;
    }
    const router = this.router(service);
    const ordered: Ordered = {
      request,
      room,
      lane: lane === undefined ? undefined : router.lane(lane),
      isSent: false,
      isOver: false,
      failed,
    };
    router.send(ordered);
    return () => router.over(ordered);
  }

  private seal(request: SealedRequest, fields: readonly string[]): object {
    if (!this.sealer) throw new Error(`${request.pattern} has fields to be sealed, and there is no secret`);
    return this.sealer.seal(request, fields);
  }

  /**
   * Adds an event to each subscriber's stream; resolves when it is stored in all of them.
   * @throws ChatError `overloaded` or `unavailable`: it may be stored for some; emit it again with the same key
   */
  async emitEvent<E extends FactName>(event: E, data: FactData<E>, options: EmitOptions): Promise<void> {
    made(FACTS[event].data, data);
    const { key, context } = options;
    const request: WireRequest = {
      pattern: event,
      data,
      key,
      trace: context?.requestId ?? currentRequestId(),
      span: context?.span ?? currentSpan(),
      actor: context?.actor,
    };
    await Promise.all(
      FACTS[event].subscribers.map(
        (service) =>
          new Promise<void>((stored, failed) => this.outbox(keys.events(service)).add(request, { stored, failed })),
      ),
    );
  }

  /** Whether calls can be made and answers heard. */
  isReady(): boolean {
    return this.redis.status === 'ready' && this.inbox.isReady();
  }

  /**
   * Resolves when calls can be made.
   * @throws the signal's reason or an AbortError when that comes first
   */
  async whenReady(signal?: AbortSignal): Promise<void> {
    await whenReady(this.redis, signal);
    await this.inbox.whenReady(signal);
  }

  /** Nothing to do: it connects by itself, and a call meanwhile fails at once. */
  async connect(): Promise<void> {}

  /** Who waits for an answer hears `unavailable`. */
  async close(): Promise<void> {
    this.inbox.close();
    await Promise.all(
      [...this.own, this.subscriber].map(async (redis) => {
        if (!(await within(redis.quit(), GOODBYE_MS))) redis.disconnect();
      }),
    );
  }

  override unwrap<T>(): T {
    return this.redis as T;
  }

  protected publish({ pattern, data }: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    this.call(pattern as WorkPattern, data).then(
      (response) => callback({ response, isDisposed: true }),
      (err: unknown) => callback({ err }),
    );
    return () => undefined;
  }

  protected async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    await this.emitEvent(pattern as FactName, data, { key: randomId() });
    return undefined as T;
  }

  private router(service: ServiceName): Router {
    let router = this.routers.get(service);
    if (!router) {
      const { redis, limits, refusals } = this;
      const unordered = ({ request, failed }: Ordered) =>
        this.outbox(keys.work(service)).add(request, { stored: ignore, failed });
      router = new Router({ service, redis, limits, refusals, unordered });
      this.routers.set(service, router);
    }
    return router;
  }

  private outbox(stream: string): Outbox {
    const outbox = this.outboxes.get(stream) ?? new Outbox(this.redis, stream, this.limits, this.refusals);
    this.outboxes.set(stream, outbox);
    return outbox;
  }
}

function unanswered(pattern: string, isCommand: boolean): ChatError {
  return new ChatError(
    'unavailable',
    isCommand ? `${pattern}: outcome unknown, safe to repeat with the same key` : `${pattern}: no answer in time`,
  );
}
