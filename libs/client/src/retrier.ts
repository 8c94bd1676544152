import { ChatError, type ErrorCode } from '@app/contracts';
import { isOutdated } from './outdated';

const MIN_DELAY_MS = 500;
/** A server that is connected refuses at little cost, and once it can do better nobody waits for long. */
const MAX_DELAY_MS = 3000;

const FINAL: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'not_found', 'invalid', 'conflict', 'outdated'];

/** Whether asking the same again would get the same refusal. */
export function isRefusal(error: unknown): boolean {
  return !(error instanceof ChatError) || FINAL.includes(error.code);
}

/** Repeats what failed, with back-off, while online; coming online ends every wait. */
export class Retrier {
  private online = false;
  private closed = false;
  private readonly sleepers = new Set<() => void>();

  /**
   * @param onUnauthorized told whenever an attempt finds the session gone
   * @param onOutdated told whenever one gets an answer that is not understood
   */
  constructor(
    private readonly random: () => number,
    private readonly onUnauthorized: () => void,
    private readonly onOutdated: () => void = () => undefined,
  ) {}

  get isOnline(): boolean {
    return this.online;
  }

  goOnline(): void {
    this.online = true;
    this.wake();
  }

  goOffline(): void {
    this.online = false;
  }

  /** Ends for good: whoever waits gets `unavailable`. */
  close(): void {
    this.closed = true;
    this.online = false;
    this.wake();
  }

  /**
   * Runs a task until it succeeds. The first attempt is made at once, online or not.
   * @param isFinal which errors end it; default: refusals
   * @throws the final error, or ChatError `unavailable` once closed
   */
  async run<T>(task: () => Promise<T>, isFinal: (error: unknown) => boolean = isRefusal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      if (this.closed) throw new ChatError('unavailable', 'The client is closed');
      try {
        return await task();
      } catch (error) {
        if (error instanceof ChatError && error.code === 'unauthorized') this.onUnauthorized();
        if (isOutdated(error)) this.onOutdated();
        if (isFinal(error)) throw error;
        await this.pause(this.delayMs(error, attempt));
      }
    }
  }

  private delayMs(error: unknown, attempt: number): number {
    const ceiling = Math.min(MAX_DELAY_MS, 2 * MIN_DELAY_MS * 2 ** attempt);
    const delay = MIN_DELAY_MS + this.random() * (ceiling - MIN_DELAY_MS);
    return error instanceof ChatError ? Math.max(delay, error.retryAfterMs ?? 0) : delay;
  }

  private pause(ms: number): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.sleepers.delete(done);
        resolve();
      };
      // Elapsed while offline: only coming online ends it.
      const timer = setTimeout(() => {
        if (this.online) done();
      }, ms);
      this.sleepers.add(done);
    });
  }

  private wake(): void {
    for (const done of [...this.sleepers]) done();
  }
}
