import { setTimeout as pause } from 'node:timers/promises';
import { Load } from '../load/load';
import type { Child } from '../processes/child';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';

/** What follows a crowd's coming has come by then. */
const AFTERWARDS_MS = 2000;
const FEWER = 5;

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const count = quick ? 1000 : 5000;
  const all = await crowd(name, count, count);
  const few = await crowd(name, count / FEWER, count);
  return { ...all, fewBytes: few.connectBytes as number };
}

/** So many connect at once to one gateway; it dies; they connect at once to the other. */
function crowd(name: string, count: number, accounts: number): Promise<Record<string, number>> {
  const everybody = Array.from({ length: count }, (_, person) => person);
  return withSystem(name, { accounts, gateways: 2 }, async (system) => {
    await system.makeRooms([{ id: '100', members: everybody }]);
    const load = new Load(system);
    const connectMs = await timed(() => load.connect(everybody, () => 0, count));
    await pause(AFTERWARDS_MS);
    const connectBytes = load.bytes / count;
    const cpuMs = system.gateways[0]?.cpuMs ?? Number.NaN;
    load.faults.mustBeNone();
    load.forgetSockets();
    const [first] = system.gateways as [Child];
    await first.end('SIGKILL');
    const reconnectMs = await timed(() => load.connect(everybody, () => 1, count));
    await pause(AFTERWARDS_MS);
    const reconnectBytes = load.bytes / count;
    load.faults.mustBeNone();
    load.close();
    return { connectMs, connectBytes, reconnectMs, reconnectBytes, connectCpuUs: (cpuMs * 1000) / count };
  });
}

async function timed(what: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await what();
  return performance.now() - began;
}

const figure = (system: string, measure: string): Figure => ({ system, measure });
const to = (measure: string) => ({ ours: figure('ours', measure), peer: figure('socket-io', measure) });

export const scenario: Scenario = {
  name: 'crowd',
  order: 70,
  title: 'A crowd: 5,000 at once',
  systems: ['ours', 'socket-io'],
  rounds: 1,
  run,
  goals: [
    { what: 'until all are connected and hear their rooms, to (a)', unit: 'ms', ...to('connectMs'), atMost: 1.2 },
    {
      what: "until all are connected again after a gateway's death, to (a)",
      unit: 'ms',
      ...to('reconnectMs'),
      atMost: 1.2,
    },
    {
      what: 'bytes that each gets when all connect, to those when a fifth does',
      unit: 'B',
      ours: figure('ours', 'connectBytes'),
      peer: figure('ours', 'fewBytes'),
      atMost: 1.5,
    },
    { what: 'bytes that each gets when all connect again', unit: 'B', ours: figure('ours', 'reconnectBytes') },
  ],
};
