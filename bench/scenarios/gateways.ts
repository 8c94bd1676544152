import { Load } from '../load/load';
import { offer, saturate } from '../load/measure';
import type { Measurements, RunOptions, Scenario } from '../scenario';
import { quantile } from '../statistics';
import { withSystem } from '../systems/start';

const ROOM = { id: '1000', members: Array.from({ length: 1000 }, (_, n) => n) };
const PER_SECOND = 40;
const GATEWAYS: Readonly<Record<string, number>> = { 'one gateway': 1, 'two gateways': 2 };

/** The same messages at the same rate to the same people, on one gateway or spread over two. */
function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const gateways = GATEWAYS[name] ?? 1;
  return withSystem('ours', { gateways }, async (system) => {
    await system.makeRooms([ROOM]);
    const load = new Load(system);
    await load.connect(ROOM.members, (person) => person % gateways);
    load.use([ROOM], () => 20);
    // So few messages would warm nothing up.
    await saturate(system, load, { window: 64_000, warmUpMs: quick ? 3000 : 10_000, ms: 500 });
    const time = quick ? { warmUpMs: 1500, ms: 2000 } : { warmUpMs: 2000, ms: 5000 };
    const { copies, sent, cpu, latencies } = await offer(system, load, { perSecond: PER_SECOND, ...time });
    load.close();
    const all = Object.values(cpu).reduce((sum, used) => sum + used, 0) - (cpu.bench ?? 0);
    return {
      usPerCopy: ((cpu.gateway ?? 0) * 1000) / copies,
      allUsPerMessage: (all * 1000) / sent,
      p50: quantile(latencies, 0.5),
    };
  });
}

const both = (measure: string) => ({
  ours: { system: 'two gateways', measure },
  peer: { system: 'one gateway', measure },
});

export const scenario: Scenario = {
  name: 'gateways',
  order: 50,
  title: 'Two gateways for the work of one (ratios: two to one)',
  systems: ['one gateway', 'two gateways'],
  rounds: 1,
  run,
  goals: [
    { what: 'room of 1000, 40 messages/s: CPU per copy, all gateways', unit: 'µs', ...both('usPerCopy'), atMost: 1.15 },
    { what: 'the same: CPU per message, all processes', unit: 'µs', ...both('allUsPerMessage') },
  ],
};
