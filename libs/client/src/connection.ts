import { type Ack, ChatError, type ClientEvents, type ErrorBody, errorBodySchema, readView } from '@app/contracts';
import type { Link, LinkFactory } from './link';
import { notUnderstood } from './outdated';
import type { ConnectionState } from './types';
import { watchWaking } from './waking';

/** The server answers within 5 s, with an error if need be. */
const CALL_TIMEOUT_MS = 8000;
/** How long an attempt may take up to the handshake, and the server from there to `hello`. */
const STEP_TIMEOUT_MS = 30_000;
/** What was asked after a sleep, or when the network was said to be gone, is answered by then, or the connection is dead. */
const PROBE_TIMEOUT_MS = 3000;
/** An attempt this old when the device wakes may belong to a network that is no more. */
const STALE_ATTEMPT_MS = 1000;
/** The first attempt after a lost connection: the thousands of a dead gateway shall not come back in one moment. */
const SPREAD_MS = [200, 3000] as const;
const MAX_DELAY_MS = 15_000;
/** A connection that lasted this long starts the back-off afresh. */
const STABLE_MS = 10_000;

export interface ConnectionDeps {
  createLink: LinkFactory;
  random: () => number;
  now: () => number;
  /** Any change of `state`. */
  changed: () => void;
  /** A server's event, `hello` included (the state is `online` by then). */
  heard: (event: string, payload: unknown) => void;
}

/** The server's error, with what else its answer tells. */
export class Refusal extends ChatError {
  constructor(
    { code, message, retryAfterMs }: ErrorBody,
    readonly answer: object,
  ) {
    super(code, message, retryAfterMs);
  }
}

/** Keeps a link open: back-off with jitter, until the server refuses the session or somebody closes it. */
export class Connection {
  private current: ConnectionState = { status: 'connecting' };
  private readonly link: Link;
  private phase: 'idle' | 'opening' | 'greeting' | 'online' | 'waiting' = 'idle';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private onlineSince = 0;
  private lastHeard = 0;
  private attemptedAt = 0;
  private probing = false;
  private unwatch: (() => void) | undefined;

  constructor(private readonly deps: ConnectionDeps) {
    this.link = deps.createLink({
      opened: () => this.opened(),
      failed: (refused) => {
        if (this.phase === 'opening') this.failed(refused);
      },
      lost: () => {
        // While opening too: the transport can break after it opened, before the handshake is answered.
        if (this.phase !== 'idle' && this.phase !== 'waiting') this.retryLater();
      },
      heard: (event, payload) => this.heard(event, payload),
    });
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** Starts; without effect once started. */
  open(): void {
    if (this.phase !== 'idle' || this.current.status === 'signed-out') return;
    const handlers = { woke: () => this.woke(), networkGone: () => void this.probe(true) };
    this.unwatch = watchWaking(handlers, this.deps.now);
    this.attempt();
  }

  /** Ends for good, without a change of state. */
  close(): void {
    clearTimeout(this.timer);
    this.unwatch?.();
    this.phase = 'idle';
    this.link.close();
  }

  /** Ends the wait for the next attempt. */
  readonly retryNow = (): void => {
    if (this.phase === 'waiting') this.attempt();
  };

  /** The session is gone: gives up. */
  signOut(): void {
    if (this.current.status === 'signed-out') return;
    this.close();
    this.become({ status: 'signed-out' });
  }

  /**
   * Calls the server.
   * @returns its answer, without `ok`
   * @throws ChatError the server's own; `unavailable` when there was no answer: the outcome is unknown; `outdated` for one
   *   that is not understood
   */
  async call<T extends object>(event: keyof ClientEvents, payload: object): Promise<T> {
    if (this.phase !== 'online') throw new ChatError('unavailable', 'Not connected');
    const began = this.deps.now();
    let answer: Ack<T> | undefined;
    try {
      answer = (await this.link.call(event, payload, CALL_TIMEOUT_MS)) as Ack<T> | undefined;
      this.lastHeard = this.deps.now();
    } catch {
      this.reconnectIfSilent(began);
      throw new ChatError('unavailable', 'The server did not answer');
    }
    if (answer?.ok === true) return answer;
    const refusal = readView(errorBodySchema).safeParse((answer as { error?: unknown } | undefined)?.error);
    if (answer?.ok === false && refusal.success) throw new Refusal(refusal.data, answer);
    throw notUnderstood();
  }

  /** Silence since a call began: the connection is dead without saying so, and its own ping would take 45 s to notice. */
  private reconnectIfSilent(began: number): void {
    const isSilent = this.deps.now() - began >= CALL_TIMEOUT_MS && this.lastHeard <= began;
    if (isSilent && this.phase === 'online' && this.onlineSince <= began) this.retryLater();
  }

  /** What was true before may not be any more: asks at once, whatever was planned. */
  private woke(): void {
    if (this.phase === 'waiting') {
      this.attempt();
    } else if (this.phase === 'online') {
      void this.probe(false);
    } else if (this.phase !== 'idle' && this.deps.now() - this.attemptedAt > STALE_ATTEMPT_MS) {
      this.link.close();
      this.attempt();
    }
  }

  /**
   * Asks for a sign of life; without one in a short time the connection is dead.
   * @param tell whether the state is to say meanwhile that this is not sure
   */
  private async probe(tell: boolean): Promise<void> {
    if (this.phase !== 'online') return;
    if (tell && this.current.status === 'online') this.become({ status: 'online', unsure: true });
    if (this.probing) return;
    this.probing = true;
    const began = this.deps.now();
    const isAnswered = await this.link.call('sync', { positions: [] }, PROBE_TIMEOUT_MS).then(
      () => true,
      () => this.lastHeard > began,
    );
    this.probing = false;
    if (this.phase !== 'online' || this.onlineSince > began) return;
    if (isAnswered) {
      if (this.current.status === 'online' && this.current.unsure) this.become({ status: 'online' });
    } else {
      this.retryLater();
      // Nobody waits for a back-off who has only just come back.
      if (globalThis.navigator?.onLine !== false) this.retryNow();
    }
  }

  private attempt(): void {
    clearTimeout(this.timer);
    this.attemptedAt = this.deps.now();
    this.phase = 'opening';
    this.timer = setTimeout(() => this.retryLater(), STEP_TIMEOUT_MS);
    this.link.open();
  }

  private opened(): void {
    if (this.phase !== 'opening') return;
    clearTimeout(this.timer);
    this.phase = 'greeting';
    this.timer = setTimeout(() => this.retryLater(), STEP_TIMEOUT_MS);
  }

  private heard(event: string, payload: unknown): void {
    this.lastHeard = this.deps.now();
    if (event === 'session.ended') {
      this.signOut();
      return;
    }
    if (event === 'hello' && this.phase === 'greeting') {
      clearTimeout(this.timer);
      this.phase = 'online';
      this.onlineSince = this.deps.now();
      this.become({ status: 'online' });
    }
    if (this.phase === 'greeting' || this.phase === 'online') this.deps.heard(event, payload);
  }

  private failed(refused: boolean): void {
    if (refused) this.signOut();
    else this.retryLater();
  }

  private retryLater(): void {
    clearTimeout(this.timer);
    if (this.phase === 'online' && this.deps.now() - this.onlineSince >= STABLE_MS) this.failures = 0;
    this.phase = 'waiting';
    this.link.close();
    const [least, most] = SPREAD_MS;
    const ceiling = Math.min(MAX_DELAY_MS, most * 2 ** this.failures++);
    const delay = least + this.deps.random() * (ceiling - least);
    this.timer = setTimeout(this.retryNow, delay);
    this.become({ status: 'reconnecting', retryAt: this.deps.now() + delay });
  }

  private become(state: ConnectionState): void {
    this.current = state;
    this.deps.changed();
  }
}
