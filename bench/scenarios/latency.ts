import { Load } from '../load/load';
import { offer, saturate } from '../load/measure';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { quantile } from '../statistics';
import { withSystem } from '../systems/start';

const ROOM = { id: '200', members: Array.from({ length: 200 }, (_, n) => n) };
const PAIR = { id: '2', members: [0, 1] };
const RARELY_PER_S = 100;
const SENDERS = 32;

/** Messages per second at half of what peer (a) can do, learned when it is measured: first, in each round. */
let half = Number.NaN;

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const busy = await underLoad(name, quick);
  const idle = await acrossGateways(name, quick);
  return {
    'half.messagesPerS': half,
    'half.p50': quantile(busy, 0.5),
    'half.p99': quantile(busy, 0.99),
    'idle.p50': quantile(idle, 0.5),
    'idle.p99': quantile(idle, 0.99),
  };
}

function underLoad(name: string, quick: boolean): Promise<number[]> {
  return withSystem(name, { accounts: 200 }, async (system) => {
    await system.makeRooms([ROOM]);
    const load = new Load(system);
    await load.connect(ROOM.members);
    load.use([ROOM], () => SENDERS);
    // Ours too, so that both are warm.
    const time = { warmUpMs: quick ? 3000 : 15_000, ms: quick ? 1000 : 2000 };
    const { ms, sent } = await saturate(system, load, { window: SENDERS * ROOM.members.length, ...time });
    if (name === 'socket-io') half = sent / (ms / 1000) / 2;
    const { latencies } = await offer(system, load, { perSecond: half, warmUpMs: 500, ms: quick ? 1500 : 4000 });
    load.close();
    return latencies;
  });
}

/** The sender is on one gateway, who hears it on another. */
function acrossGateways(name: string, quick: boolean): Promise<number[]> {
  // (c) hears of other gateways only with an adapter.
  return withSystem(name, { accounts: 200, gateways: 2, env: { ADAPTER: 'redis' } }, async (system) => {
    await system.makeRooms([PAIR]);
    const load = new Load(system);
    await load.connect(PAIR.members, (person) => person);
    load.use([PAIR], () => 1);
    const isOf = (person: number) => person === 1;
    // So rare messages would warm nothing up.
    await saturate(system, load, { window: 64, warmUpMs: quick ? 3000 : 15_000, ms: quick ? 1000 : 2000 });
    const { latencies } = await offer(system, load, {
      perSecond: RARELY_PER_S,
      warmUpMs: 1000,
      ms: quick ? 2000 : 5000,
      isOf,
    });
    load.close();
    return latencies;
  });
}

const figure = (system: string, measure: string): Figure => ({ system, measure });
const to = (peer: string, measure: string) => ({
  unit: 'ms',
  ours: figure('ours', measure),
  peer: figure(peer, measure),
});

export const scenario: Scenario = {
  name: 'latency',
  order: 30,
  title: 'From sender to receiver',
  // (a) first: ours gets the load that (a) could bear.
  systems: ['socket-io', 'ours', 'nest'],
  rounds: 2,
  run,
  goals: [
    { what: "at half of (a)'s saturation, room of 200: p50, to (a)", ...to('socket-io', 'half.p50') },
    { what: "at half of (a)'s saturation, room of 200: p99, to (a)", ...to('socket-io', 'half.p99'), atMost: 1 },
    { what: "at half of (a)'s saturation, room of 200: p50, to (c)", ...to('nest', 'half.p50') },
    { what: "at half of (a)'s saturation, room of 200: p99, to (c)", ...to('nest', 'half.p99'), atMost: 0.5 },
    { what: 'at low load, on two gateways: p50, to (a)', ...to('socket-io', 'idle.p50'), atMost: 1.8 },
    { what: 'at low load, on two gateways: p99, to (a)', ...to('socket-io', 'idle.p99'), atMost: 2 },
    { what: 'at low load, on two gateways: p50, to (c)', ...to('nest', 'idle.p50'), atMost: 1 },
    { what: 'at low load, on two gateways: p99, to (c)', ...to('nest', 'idle.p99'), atMost: 1 },
  ],
};
