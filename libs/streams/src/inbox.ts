import { EventEmitter, once } from 'node:events';
import { ChatError } from '@app/contracts';
import type { Redis } from '@app/redis';
import { parseReplies } from './wire';

const SWEEP_MS = 50;
const PING_MS = 1000;

/** Somebody who waits for an answer. */
export interface Waiting {
  /** When it gives up (monotonic ms). */
  deadline: number;
  answered(value: unknown): void;
  failed(error: ChatError): void;
  /** What to tell it when no answer came. */
  unanswered(): ChatError;
}

/** Receives answers on the caller's own channel and resolves the call that waits for each. */
export class Inbox {
  private readonly waiting = new Map<string, Waiting>();
  private sweeper?: NodeJS.Timeout;
  private readonly pinger: NodeJS.Timeout;
  private unansweredPings = 0;
  private hears = false;
  private readonly events = new EventEmitter<{ hears: [] }>();

  constructor(
    private readonly subscriber: Redis,
    private readonly channel: string,
    private readonly silenceMs: number,
  ) {
    subscriber.on('ready', () => void this.subscribe());
    subscriber.on('close', () => this.deaf());
    subscriber.on('message', (_channel: string, text: string) => this.receive(text));
    this.pinger = setInterval(() => this.ping(), PING_MS).unref();
  }

  /** Whether answers would be heard. */
  isReady(): boolean {
    return this.hears;
  }

  /**
   * Resolves when answers would be heard.
   * @throws AbortError when the signal comes first
   */
  async whenReady(signal?: AbortSignal): Promise<void> {
    if (!this.hears) await once(this.events, 'hears', { signal });
  }

  expect(id: string, waiting: Waiting): void {
    this.waiting.set(id, waiting);
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS);
  }

  /** Stops waiting for an answer. */
  forget(id: string): void {
    this.waiting.delete(id);
  }

  /** Everybody who waits hears `unavailable`. */
  close(): void {
    clearInterval(this.pinger);
    this.deaf();
    this.sweep();
  }

  private async subscribe(): Promise<void> {
    try {
      await this.subscriber.subscribe(this.channel);
      this.hears = true;
      this.events.emit('hears');
    } catch {
      // The connection is lost again, or Redis refuses: the next one subscribes.
      setTimeout(() => {
        if (!this.hears && this.subscriber.status === 'ready') this.subscriber.disconnect(true);
      }, PING_MS).unref();
    }
  }

  /**
   * Answers published now are gone for good. Waiting for the deadline would rarely help, and a repetition at once gets a
   * command's outcome from its key.
   */
  private deaf(): void {
    this.hears = false;
    this.unansweredPings = 0;
    for (const [id, waiting] of this.waiting) {
      this.waiting.delete(id);
      waiting.failed(waiting.unanswered());
    }
  }

  private receive(text: string): void {
    for (const { id, value, error } of parseReplies(text)) {
      const waiting = this.waiting.get(id);
      // A late or repeated answer.
      if (!waiting) continue;
      this.waiting.delete(id);
      if (error) waiting.failed(ChatError.from(error));
      else waiting.answered(value);
    }
  }

  private sweep(): void {
    const now = performance.now();
    for (const [id, waiting] of this.waiting) {
      if (waiting.deadline > now) continue;
      this.waiting.delete(id);
      waiting.failed(waiting.unanswered());
    }
    if (this.waiting.size > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }

  /** Detects a dead connection. Pings are counted, not timed: this process may have been stopped itself. */
  private ping(): void {
    if (!this.hears) return;
    if (this.unansweredPings * PING_MS >= this.silenceMs) {
      this.unansweredPings = 0;
      this.subscriber.disconnect(true);
      return;
    }
    this.unansweredPings += 1;
    this.subscriber.ping().then(
      () => {
        this.unansweredPings = 0;
      },
      () => undefined,
    );
  }
}
