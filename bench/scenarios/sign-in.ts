import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { closedLoop, type HttpConnection, timed, withConnections } from '../load/http';
import { Child } from '../processes/child';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { median, quantile } from '../statistics';
import { withSystem } from '../systems/start';

const AT_ONCE = 16;
const ROUNDS = 5;
const BCRYPT_ROUNDS = '10';
const NICE = '10';
/** What a person asks for now and then while others sign in. */
const PAGE = '/api/rooms/0/messages';
const PAUSE_MS = 5;
const PASSWORD = 'password of the bench';

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const env = { BCRYPT_ROUNDS, AUTH_NICE: NICE };
  return withSystem(name, { accounts: 1, env }, async (system) => {
    const port = system.gateways[0]?.port ?? 0;
    const alone = await Child.node('bcrypt', 'rest', join(__dirname, '../peers/bcrypt.ts'), {
      BCRYPT_ROUNDS,
      NICE,
      AT_ONCE: String(AT_ONCE),
    });
    try {
      return await withConnections({ port, headers: {}, count: AT_ONCE }, async (visitors) =>
        withConnections({ port, headers: system.headers(0), count: 1 }, async ([person]) => {
          // The accounts of the seed have cheap hashes.
          await Promise.all(visitors.map((visitor, n) => visitor.post('/api/users', credentials(n))));
          return measure(visitors, person as HttpConnection, alone, quick ? 1200 : 2500);
        }),
      );
    } finally {
      await alone.end('SIGKILL');
    }
  });
}

/** In turn: somebody reads and nobody signs in, then all sign in meanwhile; all sign in, and nobody reads; bcrypt alone. Medians. */
async function measure(visitors: readonly HttpConnection[], person: HttpConnection, alone: Child, ms: number) {
  const figures: Record<string, number[]> = {};
  const note = (measure: string, value: number) => {
    figures[measure] = [...(figures[measure] ?? []), value];
  };
  for (let round = 0; round <= ROUNDS; round++) {
    const idle = await pages(person, pause(ms));
    const signIn = () =>
      closedLoop(visitors, ms, (visitor) => visitor.post('/api/session', credentials(visitors.indexOf(visitor))));
    const busy = await pages(person, signIn());
    // Reading costs time on the core where all but the gateway is, and bcrypt's own measure has none of it.
    const { perS: signIns } = await signIn();
    const { perS } = await alone.ask<{ perS: number }>({ ms }, 'measured');
    // The first one warms up.
    if (round === 0) continue;
    note('perS', signIns);
    note('bcryptPerS', perS);
    note('idleP99', quantile(idle, 0.99));
    note('busyP99', quantile(busy, 0.99));
  }
  return Object.fromEntries(Object.entries(figures).map(([measure, values]) => [measure, median(values)]));
}

/** How long pages take, in ms, until something is over. */
async function pages(person: HttpConnection, until: Promise<unknown>): Promise<number[]> {
  const ms: number[] = [];
  let over = false;
  const stop = () => {
    over = true;
  };
  until.then(stop, stop);
  while (!over) {
    ms.push(await timed(() => person.get(PAGE)));
    await pause(PAUSE_MS);
  }
  return ms;
}

const credentials = (n: number) => ({ username: `visitor-${n}`, password: PASSWORD });
const ours = (measure: string): Figure => ({ system: 'ours', measure });

export const scenario: Scenario = {
  name: 'sign-in',
  order: 84,
  title: `Sign-in, ${AT_ONCE} at once`,
  systems: ['ours'],
  rounds: 1,
  onLast: true,
  run,
  goals: [
    {
      what: "sign-ins/s, to bcrypt's own with the same threads",
      unit: '/s',
      ours: ours('perS'),
      peer: ours('bcryptPerS'),
      atLeast: 0.9,
    },
    {
      what: "p99 of others' pages meanwhile, to that when nobody signs in",
      unit: 'ms',
      ours: ours('busyP99'),
      peer: ours('idleP99'),
      atMost: 3,
    },
  ],
};
