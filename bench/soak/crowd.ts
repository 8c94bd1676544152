import { setMaxListeners } from 'node:events';
import { ChatApi } from '@app/client';
import { seededRandom } from '../load/random';
import type { RunningSystem } from '../systems/system';
import { register, type Visitor, visit } from './visitor';

/** Of a hundred visits, so many are of somebody who makes an account for it. */
const NEW = 5;

/** People who come and go: as soon as one has left, another comes, so that always as many are there. */
export class Crowd {
  /** How often each thing was done. */
  readonly counts = new Map<string, number>();
  private readonly here = new Set<number>();
  private readonly ids = new Map<number, Visitor>();
  private readonly stop = new AbortController();
  private places: Promise<void>[] = [];
  private newcomers = 0;

  constructor(
    private readonly system: RunningSystem,
    /** How many have an account from the start. */
    private readonly accounts: number,
  ) {}

  start(people: number): void {
    setMaxListeners(0, this.stop.signal);
    this.places = Array.from({ length: people }, (_, n) => this.keepOccupied(n));
  }

  async end(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.places);
  }

  private async keepOccupied(place: number): Promise<void> {
    const random = seededRandom(place + 1);
    const { signal } = this.stop;
    const count = (what: string) => this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
    while (!signal.aborted) {
      const { gateways } = this.system;
      const url = `http://127.0.0.1:${gateways[Math.floor(random() * gateways.length)]?.port}`;
      const isNew = random() * 100 < NEW;
      const person = isNew ? -1 : this.somebodyElse(random);
      try {
        const visitor = isNew ? await register(url, `newcomer-${++this.newcomers}`) : await this.signedIn(url, person);
        await visit(visitor, { url, random, stop: signal, count });
      } catch (error) {
        count(`failed: ${(error as Error).message}`);
      }
      this.here.delete(person);
    }
  }

  private somebodyElse(random: () => number): number {
    for (;;) {
      const person = Math.floor(random() * this.accounts);
      if (this.here.has(person)) continue;
      this.here.add(person);
      return person;
    }
  }

  private async signedIn(url: string, person: number): Promise<Visitor> {
    const known = this.ids.get(person);
    if (known) return known;
    const { cookie = '' } = this.system.headers(person);
    const user = await new ChatApi({
      url,
      fetch: (input, init) => fetch(input, { ...init, headers: { cookie } }),
    }).session();
    if (!user) throw new Error('nobody is signed in');
    const visitor = { user, cookie };
    this.ids.set(person, visitor);
    return visitor;
  }
}
