import { randomBytes } from 'node:crypto';
import type { Redis } from '@app/redis';

/** What this gateway says to itself through each server, to know that it hears: each node of a Cluster passes news on for itself. */
export class Heartbeat {
  private readonly nonce = randomBytes(6).toString('hex');
  /** When it came last (monotonic ms), by server. */
  private lastHeard = new Map<string, number>();

  constructor(private readonly silenceMs: number) {}

  /** What is to be sent through a server. */
  nonceFor(server: string): string {
    return `${this.nonce}@${server}`;
  }

  heard(text: string): void {
    const [nonce, server = ''] = text.split('@');
    if (nonce === this.nonce) this.lastHeard.set(server, performance.now());
  }

  /** Whether it has not come for too long through a server that is there. A server that is new counts from now on. */
  isMissing(servers: ReadonlyMap<string, Redis>): boolean {
    const now = performance.now();
    this.lastHeard = new Map([...servers.keys()].map((name) => [name, this.lastHeard.get(name) ?? now]));
    return [...servers].some(
      ([name, { status }]) => status === 'ready' && now - (this.lastHeard.get(name) ?? now) > this.silenceMs,
    );
  }

  /** Counts from now on. */
  reset(): void {
    this.lastHeard.clear();
  }
}
