import { shown } from '../report/markdown';
import { costsOf, measured, type Results } from './inputs';
import { bend, type Costs, gatewayLoad, plan } from './model';
import { simulate } from './simulate';

/** How much people say: a quiet company, a team that works in it, an event. */
const USAGES = [
  { who: 'quiet', messagesPerHour: 2, audience: 20 },
  { who: 'team', messagesPerHour: 10, audience: 50 },
  { who: 'event', messagesPerHour: 20, audience: 1000 },
] as const;
const CONNECTIONS = [10_000, 100_000, 1_000_000];
const SIMULATED = [
  { connections: 10_000, gateways: 2, audience: 50, messages: 20_000 },
  { connections: 100_000, gateways: 8, audience: 50, messages: 20_000 },
];

/** The tables of `docs/scale.md`. @throws Error naming what was not measured */
export function scaleTables(results: Results): string {
  const costs = costsOf(results);
  const { date, commit, cpu } = results.machine;
  return [
    `From the run of ${date} (commit ${commit}, ${cpu}).\n`,
    costTable(costs),
    `Hearing alone fills a gateway at **${shown(bend(costs))} messages/s**, in all rooms together.\n`,
    planTable(costs),
    checkTable(results, costs),
  ].join('\n');
}

function costTable(costs: Costs): string {
  return table(
    ['what', 'cost'],
    [
      ['gateway: a message that one of its own sends', us(costs.gatewayPerMessage)],
      ['gateway: a copy to a socket', us(costs.gatewayPerCopy)],
      ['gateway: a message of a room in which it has nobody', us(costs.gatewayPerHeard)],
      ['gateway: somebody connects', us(costs.gatewayPerConnect)],
      ['messages service: a message', us(costs.messagesPerMessage)],
      ['Redis: a message, without its announcement', us(costs.redisPerMessage)],
      ['Redis: the announcement, for each gateway', us(costs.redisPerHeard)],
      ['Redis: commands for a message', shown(costs.commandsPerMessage)],
      ['memory of a gateway for a connection', bytes(costs.bytesPerConnection)],
      ['memory of Redis for a message of 100 bytes', bytes(costs.bytesPerMessage)],
      ['the same, to know it again for 24 h', bytes(costs.repeatBytesPerMessage)],
    ],
  );
}

function planTable(costs: Costs): string {
  const rows = CONNECTIONS.flatMap((connections) =>
    USAGES.map(({ who, ...usage }) => {
      const found = plan(costs, { connections, ...usage });
      const possible = Number.isFinite(found.gateways);
      return [
        `${shown(connections)}, ${who}`,
        shown(found.messagesPerS),
        shown(found.copiesPerS),
        possible ? shown(found.gateways) : 'bent',
        `${shown(found.hearing * 100)} %`,
        shown(found.replicas),
        possible ? shown(found.shards) : 'bent',
        shown(found.commandsPerS),
        possible ? bytes(found.gatewayMemory) : '',
        possible && found.takeOverS > 0 ? `${shown(found.takeOverS)} s` : '',
        bytes(found.redisMemoryPerDay),
        bytes(found.repeatMemory),
      ];
    }),
  );
  const head = [
    'connections, use',
    'messages/s',
    'copies/s',
    'gateways',
    'hearing',
    'messages replicas',
    'Redis shards',
  ];
  const more = ['commands/s', 'sockets in a gateway', 'take-over', 'history of a day', 'known again'];
  const uses = USAGES.map(
    ({ who, messagesPerHour, audience }) => `${who}: ${messagesPerHour} an hour each, ${audience} hear one`,
  );
  return `${uses.join('; ')}.\n\n${table([...head, ...more], rows)}`;
}

/** The model beside what was measured and not put into it, and beside the simulation. */
function checkTable(results: Results, costs: Costs): string {
  const compare = (what: string, model: number, value: number) => [
    what,
    us(model),
    us(value),
    `${shown(model / value)} ×`,
  ];
  const { gatewayPerMessage: message, gatewayPerCopy: copy, gatewayPerHeard: heard } = costs;
  const rows = [
    compare(
      'measured: 100 rooms of 10, gateway per copy',
      message / 10 + copy,
      measured(results, 'rooms', 'tens.gateway.usPerCopy'),
    ),
    compare(
      'measured: room of 1,000 on two gateways, both per copy',
      (message + heard) / 1000 + copy,
      measured(results, 'gateways', 'usPerCopy', 'two gateways'),
    ),
    ...SIMULATED.map((simulation) => {
      const { connections, gateways, audience, messages } = simulation;
      const share = { sent: messages / gateways, copies: (messages * audience) / gateways, heard: messages };
      const busiest = Math.max(...simulate(costs, simulation, Math.random));
      const perMessage = (seconds: number) => (seconds * 1e6) / messages;
      return compare(
        `simulated: ${shown(connections)} connections on ${gateways} gateways, the busiest, per message`,
        perMessage(gatewayLoad(costs, share)),
        perMessage(busiest),
      );
    }),
  ];
  return table(['check', 'model', 'measured or simulated', 'ratio'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|---|${head
    .slice(1)
    .map(() => '--:|')
    .join('')}`;
  return `${[line(head), rule, ...rows.map(line)].join('\n')}\n`;
}

const us = (value: number) => `${shown(value)} µs`;

function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3)));
  return `${shown(value / 1000 ** power)} ${units[power]}`;
}
