import { shown } from '../report/markdown';
import { costsOf, MOST_SPREAD, measured, nodeOf, type Results, SPREAD_ROOM } from './inputs';
import { bend, type Costs, gatewayLoad, hearersOf, plan, type Relay, redisLoad } from './model';
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
  { connections: 1_000_000, gateways: 200, audience: 50, messages: 20_000 },
];

const RELAYS = ['messages', 'sharded'] as const;
const SPREAD = [1, 2, 4, MOST_SPREAD];

/** The tables of `docs/scale.md`. @throws Error naming what was not measured */
export function scaleTables(results: Results): string {
  const costs = { messages: costsOf(results, 'messages'), sharded: costsOf(results, 'sharded') };
  const { date, commit, cpu, writeUs } = results.machine;
  return [
    `From the run of ${date} (commit ${commit}, ${cpu}, a bare write ${shown(writeUs)} µs, Node.js ${nodeOf(results)}).\n`,
    costTable(costs),
    `With \`messages\`, hearing alone fills a gateway at **${shown(bend(costs.messages))} messages/s**, in all rooms together.\n`,
    spreadTable(results, costs),
    planTable(costs),
    checkTable(results, costs),
  ].join('\n');
}

type Both = Readonly<Record<Relay, Costs>>;

function costTable(costs: Both): string {
  const row = (what: string, cost: keyof Costs, show: (value: number) => string = us) => [
    what,
    ...RELAYS.map((relay) => show(costs[relay][cost])),
  ];
  return table(
    ['what', ...RELAYS.map((relay) => `\`${relay}\``)],
    [
      row('gateway: a message that one of its own sends', 'gatewayPerMessage'),
      row('gateway: a copy to a socket, written by itself', 'gatewayPerCopy'),
      row('gateway: a message that it hears and did not take in', 'gatewayPerHeard'),
      row('gateway: somebody connects', 'gatewayPerConnect'),
      row('messages service: a message', 'messagesPerMessage'),
      row('Redis: a message, without its announcement', 'redisPerMessage'),
      row('Redis: the announcement, for each gateway that hears it', 'redisPerHeard'),
      row('Redis: commands for a message', 'commandsPerMessage', shown),
      row('memory of a gateway for a connection', 'bytesPerConnection', bytes),
      row('memory of Redis for a message of 100 bytes', 'bytesPerMessage', bytes),
      row('the same, to know it again for 24 h', 'repeatBytesPerMessage', bytes),
    ],
  );
}

/** A message on more and more gateways: all of them together, and Redis; rooms whose people share a gateway. */
function spreadTable(results: Results, costs: Both): string {
  const rows = RELAYS.flatMap((relay) =>
    SPREAD.map((gateways) => {
      const of = (what: string) => measured(results, 'spread', `${what}.usPerMessage`, `${relay} ${gateways}`);
      const { gatewayPerMessage, gatewayPerCopy, gatewayPerHeard, redisPerMessage, redisPerHeard } = costs[relay];
      const hearers = relay === 'messages' ? gateways : 1;
      const gateway = gatewayPerMessage + SPREAD_ROOM * gatewayPerCopy + (hearers - 1) * gatewayPerHeard;
      const redis = redisPerMessage + hearers * redisPerHeard;
      const beside = (model: number, value: number) => [us(value), us(model), `${shown(model / value)} ×`];
      return [
        `\`${relay}\`, ${gateways}`,
        us(of('gateway') / gateways),
        ...beside(gateway, of('gateway')),
        ...beside(redis, of('redis')),
        us(of('messages')),
      ];
    }),
  );
  const head = ['gateways', 'each', 'all together', 'model', 'ratio', 'Redis', 'model', 'ratio', 'messages service'];
  return `CPU of a message in a room of ${SPREAD_ROOM} whose people share a gateway, busy gateways (\`spread\`):\n\n${table(head, rows)}`;
}

function planTable(costs: Both): string {
  const rows = CONNECTIONS.flatMap((connections) =>
    USAGES.flatMap(({ who, ...usage }) =>
      RELAYS.map((relay) => {
        const found = plan(costs[relay], { connections, ...usage }, relay);
        const possible = Number.isFinite(found.gateways);
        const whole = (value: string) => (possible ? value : 'bent');
        return [
          `${shown(connections)}, ${who}, \`${relay}\``,
          shown(found.messagesPerS),
          shown(found.copiesPerS),
          whole(shown(found.gateways)),
          whole(`${shown(found.hearing * 100)} %`),
          shown(found.replicas),
          whole(shown(found.shards)),
          whole(`${shown(found.heartbeats * 100)} %`),
          shown(found.commandsPerS),
          possible ? bytes(found.gatewayMemory) : '',
          possible && found.takeOverS > 0 ? `${shown(found.takeOverS)} s` : '',
          bytes(found.redisMemoryPerDay),
          bytes(found.repeatMemory),
        ];
      }),
    ),
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
  const more = ['heartbeats', 'commands/s', 'sockets in a gateway', 'take-over', 'history of a day', 'known again'];
  const uses = USAGES.map(
    ({ who, messagesPerHour, audience }) => `${who}: ${messagesPerHour} an hour each, ${audience} hear one`,
  );
  return `${uses.join('; ')}; who hears one is on any gateway.\n\n${table([...head, ...more], rows)}`;
}

/** The model beside what was measured and not put into it, and beside the simulations. */
function checkTable(results: Results, costs: Both): string {
  const compare = (what: string, model: number, value: number, show = us) => [
    what,
    show(model),
    show(value),
    `${shown(model / value)} ×`,
  ];
  const { gatewayPerMessage: message, gatewayPerCopy: copy, gatewayPerHeard: heard } = costs.messages;
  const many = (relay: Relay, measure: string) =>
    measured(results, 'many', measure, relay === 'messages' ? 'ours' : relay);
  const rows = [
    compare(
      'measured: 100 rooms of 10, as busy as it can be, gateway per copy',
      message / 10 + copy,
      measured(results, 'rooms', 'tens.gateway.usPerCopy'),
    ),
    compare(
      'measured: room of 1,000 on two gateways, 40 messages/s, both per copy',
      (message + heard) / 1000 + copy,
      measured(results, 'gateways', 'usPerCopy', 'two gateways'),
    ),
    ...RELAYS.flatMap((relay) => {
      const { redisPerMessage, redisPerHeard } = costs[relay];
      return [
        compare(
          `200 light gateways, \`${relay}\`: Redis per message`,
          redisPerMessage + (1 + many(relay, 'expected')) * redisPerHeard,
          many(relay, 'redis.usPerMessage'),
        ),
        compare(`the same: a light gateway per message heard`, heard, many(relay, 'light.usPerHeard')),
        compare(
          `the same: heartbeats, Redis, of a core`,
          redisLoad(costs[relay], { messagesPerS: 0, hearers: 0, gateways: 201 }),
          many(relay, 'redis.beats'),
          shown,
        ),
      ];
    }),
    ...SIMULATED.flatMap((simulation) =>
      RELAYS.map((relay) => {
        const { connections, gateways, audience, messages } = simulation;
        const hears = (messages * hearersOf(relay, gateways, audience)) / gateways;
        const share = { sent: messages / gateways, copies: (messages * audience) / gateways, heard: hears };
        const busiest = Math.max(...simulate(costs[relay], simulation, Math.random, relay));
        const perMessage = (seconds: number) => (seconds * 1e6) / messages;
        return compare(
          `on paper: ${shown(connections)} connections on ${gateways} gateways, \`${relay}\`, the busiest, per message`,
          perMessage(gatewayLoad(costs[relay], share)),
          perMessage(busiest),
        );
      }),
    ),
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
