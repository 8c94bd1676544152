import { setTimeout as pause } from 'node:timers/promises';
import { Load } from '../load/load';
import type { Child } from '../processes/child';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { withSystem } from '../systems/start';

/** Already there when it is measured, so that what a server makes for its first ones does not count. */
const FIRST = 500;
const CALM_MS = 1500;

function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const count = quick ? 1000 : 5000;
  const everybody = Array.from({ length: FIRST + count }, (_, person) => person);
  return withSystem(name, {}, async (system) => {
    const [gateway] = system.gateways as [Child];
    await system.makeRooms([{ id: '100', members: everybody }]);
    const load = new Load(system);
    await load.connect(everybody.slice(0, FIRST));
    await pause(CALM_MS);
    const before = await gateway.residentBytes();
    await load.connect(everybody);
    await pause(CALM_MS);
    const after = await gateway.residentBytes();
    load.faults.mustBeNone();
    load.close();
    return { bytesPerConnection: (after - before) / count, mebibytes: after / 2 ** 20 };
  });
}

const figure = (system: string): Figure => ({ system, measure: 'bytesPerConnection' });

export const scenario: Scenario = {
  name: 'memory',
  order: 60,
  title: 'Memory of an idle connection, 5,000 sockets',
  systems: ['ours', 'socket-io', 'ws-frame'],
  rounds: 1,
  run,
  goals: [
    {
      what: 'resident, garbage collected, to (a)',
      unit: 'B',
      ours: figure('ours'),
      peer: figure('socket-io'),
      atMost: 0.9,
    },
    { what: 'resident, garbage collected, to (d)', unit: 'B', ours: figure('ours'), peer: figure('ws-frame') },
  ],
  charts: [
    {
      name: 'connection',
      title: 'Memory per idle connection, 5,000 sockets',
      unit: 'B',
      groups: [{ label: 'resident', bars: ['ours', 'socket-io', 'ws-frame'].map(figure) }],
    },
  ],
};
