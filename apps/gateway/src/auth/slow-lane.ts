import { ChatError } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';

/** Sign-ins of one name and network that wait at once. */
const PER_NETWORK = 5;
/** The first pause between two sign-ins; it doubles with each further five that failed. */
const FIRST_PAUSE_MS = 100;

interface Waiting {
  proceed: () => void;
  refuse: (error: ChatError) => void;
  until: number;
}

interface Lane {
  pauseMs: number;
  networks: Map<string, Waiting[]>;
}

/**
 * Where sign-ins of a name wait that many have tried wrongly: all gateways together let one through at a time, with a pause
 * between two. Which one is drawn, first among the networks they come from: who tries from many addresses at once makes it
 * slower for the owner, and cannot keep them out. Nobody waits for long, and only so many do.
 */
@Injectable()
export class SlowLane {
  private readonly lanes = new Map<string, Lane>();
  private waiting = 0;

  constructor(
    private readonly redis: Redis,
    @Inject(CONFIG)
    private readonly config: Pick<Config, 'SIGN_IN_PAUSE_MS' | 'SIGN_IN_WAIT_MS' | 'SIGN_INS_WAITING_MAX'>,
  ) {}

  /**
   * Resolves when it is this sign-in's turn.
   * @param failures beyond those that slow nobody down
   * @param signal aborted when nobody waits for the answer any more
   * @throws ChatError `rate_limited` when it does not come in time
   */
  async wait(name: string, network: string, failures: number, signal?: AbortSignal): Promise<void> {
    const pauseMs = Math.min(
      this.config.SIGN_IN_PAUSE_MS,
      FIRST_PAUSE_MS * 2 ** Math.min(20, Math.floor(failures / 5)),
    );
    const lane = this.lanes.get(name) ?? { pauseMs, networks: new Map() };
    lane.pauseMs = Math.max(lane.pauseMs, pauseMs);
    const mine = lane.networks.get(network) ?? [];
    if (mine.length >= PER_NETWORK || this.waiting >= this.config.SIGN_INS_WAITING_MAX) throw tooMany(pauseMs);
    await new Promise<void>((proceed, refuse) => {
      const entry = { proceed, refuse, until: Date.now() + this.config.SIGN_IN_WAIT_MS };
      lane.networks.set(network, [...mine, entry]);
      this.waiting++;
      signal?.addEventListener('abort', () => {
        entry.until = 0;
      });
      if (this.lanes.has(name)) return;
      this.lanes.set(name, lane);
      void this.serve(name, lane);
    });
  }

  /** Lets one after the other through until nobody waits. */
  private async serve(name: string, lane: Lane): Promise<void> {
    for (;;) {
      this.dropLate(lane);
      if (lane.networks.size === 0) break;
      const pause = await this.takeTurn(name, lane.pauseMs);
      if (pause === 0) this.letOneThrough(lane);
      else await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.lanes.delete(name);
  }

  /** @returns 0: it is our turn; else when to ask again, in ms */
  private async takeTurn(name: string, pauseMs: number): Promise<number> {
    const key = `${keys.rateLimitPrefix}:sign-in:turn:${name}`;
    try {
      if (await this.redis.set(key, '1', 'PX', pauseMs, 'NX')) return 0;
      return Math.max(10, await this.redis.pttl(key));
    } catch {
      return pauseMs;
    }
  }

  private letOneThrough(lane: Lane): void {
    const networks = [...lane.networks.entries()];
    const [network, entries] = networks[Math.floor(Math.random() * networks.length)] ?? ['', []];
    const [drawn] = entries.splice(Math.floor(Math.random() * entries.length), 1);
    if (entries.length === 0) lane.networks.delete(network);
    this.waiting--;
    drawn?.proceed();
  }

  private dropLate(lane: Lane): void {
    const now = Date.now();
    for (const [network, entries] of lane.networks) {
      const inTime = entries.filter((entry) => entry.until > now);
      for (const entry of entries) if (entry.until <= now) entry.refuse(tooMany(lane.pauseMs));
      this.waiting -= entries.length - inTime.length;
      if (inTime.length > 0) lane.networks.set(network, inTime);
      else lane.networks.delete(network);
    }
  }
}

const tooMany = (pauseMs: number) => new ChatError('rate_limited', 'Too many attempts; try again later', pauseMs);
