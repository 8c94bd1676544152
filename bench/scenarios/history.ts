import { Caller } from '../load/caller';
import { closedLoop, type HttpConnection, timed, withConnections } from '../load/http';
import type { Figure, Goal, Measurements, RunOptions, Scenario } from '../scenario';
import { median, quantile } from '../statistics';
import { cursorBefore, fillHistory } from '../systems/history';
import { withSystem } from '../systems/start';
import type { RunningSystem } from '../systems/system';

const SIZES = { '1k': 1000, '100k': 100_000, '1M': 1_000_000 } as const;
const KINDS = ['newest', 'deep'] as const;
const ROUNDS = 5;
const PAGE = 50;
const AT_ONCE = 16;

type Size = keyof typeof SIZES;
type Kind = (typeof KINDS)[number];

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const sizes = (Object.keys(SIZES) as Size[]).filter((size) => !quick || size !== '1M');
  return withSystem(name, { accounts: 1 }, async (system) => {
    await system.makeRooms(sizes.map((size) => ({ id: roomOf(size), members: [0] })));
    if (!system.redis) throw new Error('nothing to keep a history in');
    for (const size of sizes) await fillHistory(system.redis, roomOf(size), '1', SIZES[size]);
    const at = { port: system.gateways[0]?.port ?? 0, headers: system.headers(0), count: AT_ONCE };
    return withConnections(at, async (connections) => {
      const [first] = connections as [HttpConnection];
      for (const size of sizes) for (const kind of KINDS) await checkPage(system, first, kind, size);
      return {
        ...(await latencies(system, first, sizes, quick ? 60 : 100)),
        ...(await rates(system, connections, sizes.at(-1) as Size, quick ? 700 : 1500)),
        ...(system.name === 'ours' && (await socketRates(system, sizes.at(-1) as Size, quick ? 700 : 1500))),
      };
    });
  });
}

/** Asks for pages of all sizes in turn, so that what disturbs one disturbs all; p99 of each round, median of the rounds. */
async function latencies(system: RunningSystem, connection: HttpConnection, sizes: readonly Size[], times: number) {
  const p99s = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const kind of KINDS) {
      const ms: Record<string, number[]> = Object.fromEntries(sizes.map((size) => [size, []]));
      for (let n = 0; n < times; n++) {
        for (const size of sizes) ms[size]?.push(await timed(() => connection.get(pathOf(system, kind, size))));
      }
      // The first one warms up.
      if (round === 0) continue;
      for (const size of sizes) {
        const measure = `${kind}.${size}.p99`;
        p99s.set(measure, [...(p99s.get(measure) ?? []), quantile(ms[size] ?? [], 0.99)]);
      }
    }
  }
  return Object.fromEntries([...p99s].map(([measure, values]) => [measure, median(values)]));
}

function rates(system: RunningSystem, connections: readonly HttpConnection[], size: Size, ms: number) {
  return ratesOf(system, '', ms, connections, (connection, kind) => connection.get(pathOf(system, kind, size)));
}

/** The same pages over sockets. */
async function socketRates(system: RunningSystem, size: Size, ms: number) {
  const open = () => Caller.open(system.handshake(0), system.okAnswer ?? '');
  const callers = await Promise.all(Array.from({ length: AT_ONCE }, open));
  const roomId = roomOf(size);
  const figures = await ratesOf(system, 'socket.', ms, callers, (caller, kind) => {
    const before = kind === 'newest' ? {} : { before: cursorBefore(roomId, anyPlace(SIZES[size]), '1') };
    return caller.call('room.page', { roomId, limit: PAGE, ...before });
  });
  for (const caller of callers) caller.close();
  return figures;
}

async function ratesOf<C>(
  system: RunningSystem,
  prefix: string,
  ms: number,
  callers: readonly C[],
  ask: (caller: C, kind: Kind) => Promise<unknown>,
) {
  const figures: Record<string, number> = {};
  for (const kind of KINDS) {
    await closedLoop(callers, ms / 3, (caller) => ask(caller, kind));
    const before = cpuOf(system);
    const { count, perS } = await closedLoop(callers, ms, (caller) => ask(caller, kind));
    const after = cpuOf(system);
    figures[`${prefix}${kind}.pagesPerS`] = perS;
    for (const what of ['gateway', 'messages', 'redis'] as const)
      figures[`${prefix}${kind}.${what}.usPerPage`] = ((after[what] - before[what]) * 1000) / count;
  }
  return figures;
}

function cpuOf({ gateways, others }: RunningSystem) {
  const { messages, redis } = others;
  return { gateway: gateways[0]?.cpuMs ?? 0, messages: messages?.cpuMs ?? 0, redis: redis?.cpuMs ?? 0 };
}

function pathOf(system: RunningSystem, kind: Kind, size: Size, seq = anyPlace(SIZES[size])): string {
  const id = roomOf(size);
  if (system.name !== 'ours')
    return `/rooms/${id}/messages?size=${PAGE}&offset=${kind === 'newest' ? 0 : SIZES[size] - seq + 1}`;
  const cursor = kind === 'newest' ? '' : `&before=${cursorBefore(id, seq, '1')}`;
  return `/api/rooms/${id}/messages?limit=${PAGE}${cursor}`;
}

/** The page is the one that was asked for. @throws Error when it is not */
async function checkPage(system: RunningSystem, connection: HttpConnection, kind: Kind, size: Size): Promise<void> {
  const seq = kind === 'newest' ? SIZES[size] + 1 : anyPlace(SIZES[size]);
  const page = JSON.parse(await connection.get(pathOf(system, kind, size, seq)));
  const messages: { seq: number }[] = system.name === 'ours' ? page.messages : page.reverse();
  const right = messages.length === PAGE && messages.every((message, i) => message.seq === seq - PAGE + i);
  if (!right) throw new Error(`${kind} page of ${size} is wrong: ${messages.map((message) => message.seq)}`);
}

const roomOf = (size: Size) => String(500 + Object.keys(SIZES).indexOf(size));
/** Somewhere in the middle. */
const anyPlace = (count: number) => Math.floor(count / 4 + (Math.random() * count) / 2);

const ours = (measure: string): Figure => ({ system: 'ours', measure });
const nest = (measure: string): Figure => ({ system: 'nest', measure });

export const scenario: Scenario = {
  name: 'history',
  order: 80,
  title: 'History: a page of 50 messages',
  systems: ['ours', 'nest'],
  run,
  goals: KINDS.flatMap((kind): Goal[] => [
    {
      what: `${kind}: p99 with 1 M messages in the room, to that with 1 k`,
      unit: 'ms',
      ours: ours(`${kind}.1M.p99`),
      peer: ours(`${kind}.1k.p99`),
      atMost: 1.2,
    },
    {
      what: `${kind}: p99 with 100 k messages in the room, to that with 1 k`,
      unit: 'ms',
      ours: ours(`${kind}.100k.p99`),
      peer: ours(`${kind}.1k.p99`),
      atMost: 1.2,
    },
    { what: `${kind}: p99 with 1 M, to (c)`, unit: 'ms', ours: ours(`${kind}.1M.p99`), peer: nest(`${kind}.1M.p99`) },
    {
      what: `${kind}: pages/s, ${AT_ONCE} callers, to (c)`,
      unit: 'pages/s',
      ours: ours(`${kind}.pagesPerS`),
      peer: nest(`${kind}.pagesPerS`),
      atLeast: 1,
    },
    {
      what: `${kind}: pages/s over the socket, ${AT_ONCE} callers, to (c) over HTTP`,
      unit: 'pages/s',
      ours: ours(`socket.${kind}.pagesPerS`),
      peer: nest(`${kind}.pagesPerS`),
      atLeast: 2,
    },
    {
      what: `${kind}: CPU per page over the socket, gateway`,
      unit: 'µs',
      ours: ours(`socket.${kind}.gateway.usPerPage`),
    },
    ...['gateway', 'messages', 'redis'].map((what) => ({
      what: `${kind}: CPU per page, ${what}, to (c)`,
      unit: 'µs',
      ours: ours(`${kind}.${what}.usPerPage`),
      peer: nest(`${kind}.${what}.usPerPage`),
    })),
  ]),
};
