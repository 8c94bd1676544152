import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';

/** What an empty packet costs besides its length: its way through WebSocket and Engine.IO. */
export const PACKET_COST = 200;

/**
 * What one user, or one client without a session, does here within a window. Plain numbers: it is asked for each packet,
 * before that is read.
 */
export class Account {
  private since = performance.now();
  /** What came in this window: the length of each packet and what it costs besides. */
  spent = 0;
  /** Handshakes in this window. */
  handshakes = 0;
  /** Connections of Engine.IO that are open now. */
  connections = 0;
  /** Connections of TCP, where nobody stands between. */
  peers = 0;

  constructor(private readonly windowMs: number) {}

  /** Takes a packet on. */
  charge(length: number): void {
    this.roll();
    this.spent += length + PACKET_COST;
  }

  /** Takes a handshake on. @returns how many there were in this window */
  handshake(): number {
    this.roll();
    return ++this.handshakes;
  }

  private roll(): void {
    const now = performance.now();
    if (now - this.since < this.windowMs) return;
    this.since = now;
    this.spent = 0;
    this.handshakes = 0;
  }

  /** How long the window still lasts; not above 0: it is over. */
  get restMs(): number {
    return Math.ceil(this.since + this.windowMs - performance.now());
  }
}

/** The accounts of this gateway, each kept for a window at least, so that a new connection is not a new beginning. */
@Injectable()
export class Accounts implements OnModuleDestroy {
  private readonly accounts = new Map<string, Account>();
  private readonly timer: NodeJS.Timeout;

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'REQUESTS_WINDOW_MS'>) {
    this.timer = setInterval(() => this.prune(), config.REQUESTS_WINDOW_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** @param who a user's id, or the address of a client as `@` and its key */
  of(who: string): Account {
    const known = this.accounts.get(who);
    if (known) return known;
    const account = new Account(this.config.REQUESTS_WINDOW_MS);
    this.accounts.set(who, account);
    return account;
  }

  private prune(): void {
    for (const [who, account] of this.accounts)
      if (account.connections + account.peers === 0 && account.restMs <= 0) this.accounts.delete(who);
  }
}
