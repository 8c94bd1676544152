import { ChatError } from '@app/contracts';
import { atEndOfTurn, explainRedisError, isRedisMisconfigured, isRedisUnavailable, type Redis } from '@app/redis';
import type { StreamsLimits } from './limits';
import type { StreamsLogger } from './logger';
import { ADD } from './scripts';
import { requestsField, type WireRequest } from './wire';

/** Callbacks for whether a request was stored. */
export interface Stored {
  stored(): void;
  /** @param error ChatError `overloaded`: not stored; `unavailable`: unknown whether it is stored */
  failed(error: ChatError): void;
}

interface Batch {
  requests: string[];
  chars: number;
  waiting: Stored[];
}

/** Adds requests to one stream; those of one tick share entries and a write. */
export class Outbox {
  private batches: Batch[] = [];

  constructor(
    private readonly redis: Redis,
    private readonly stream: string,
    private readonly limits: StreamsLimits,
    private readonly refusals: Refusals,
  ) {}

  add(request: WireRequest, waiting: Stored): void {
    const text = JSON.stringify(request);
    if (this.batches.length === 0) atEndOfTurn(() => void this.send());
    let batch = this.batches.at(-1);
    if (
      !batch ||
      batch.requests.length >= this.limits.batchRequests ||
      batch.chars + text.length > this.limits.batchChars
    ) {
      batch = { requests: [], chars: 0, waiting: [] };
      this.batches.push(batch);
    }
    batch.requests.push(text);
    batch.chars += text.length;
    batch.waiting.push(waiting);
  }

  private async send(): Promise<void> {
    const { batches } = this;
    this.batches = [];
    const entries = batches.map(({ requests }) => requestsField(requests));
    try {
      const added = (await ADD.run(this.redis, [this.stream], [this.limits.maxLength, ...entries])) as number;
      batches.forEach(({ waiting }, i) => {
        for (const one of waiting) {
          if (i < added) one.stored();
          else one.failed(overloaded());
        }
      });
    } catch (error) {
      const refusal = this.refusals.of(error, this.stream);
      for (const { waiting } of batches) for (const one of waiting) one.failed(refusal);
    }
  }
}

export function overloaded(): ChatError {
  return new ChatError('overloaded', 'Too much is waiting to be done');
}

/** What callers are told when Redis did not take their requests; its fault is logged once. */
export class Refusals {
  private said = false;

  constructor(private readonly log: StreamsLogger) {}

  of(error: unknown, stream: string): ChatError {
    if (isRedisUnavailable(error)) {
      if (isRedisMisconfigured(error) && !this.said) {
        this.said = true;
        this.log.error({ stream }, `work cannot be added: ${explainRedisError(error as Error)}`);
      }
      return new ChatError('unavailable', 'Redis is away');
    }
    this.log.error({ stream, error: String(error) }, 'adding work to a stream failed');
    return new ChatError('internal', 'Internal error');
  }
}
