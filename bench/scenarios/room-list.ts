import { type HttpConnection, timed, withConnections } from '../load/http';
import type { BenchRedis } from '../processes/redis';
import type { Figure, Measurements, RunOptions, Scenario } from '../scenario';
import { median, quantile } from '../statistics';
import { fillHistory } from '../systems/history';
import { withSystem } from '../systems/start';

const ROOMS = 200;
const MESSAGES = 60;
const ROUNDS = 5;
const LIST = '/api/rooms';
const PAGE = '/api/rooms/1000/messages?limit=50';

async function run(name: string, { quick }: RunOptions): Promise<Measurements> {
  const rooms = Array.from({ length: ROOMS }, (_, n) => ({ id: String(1000 + n), members: [0] }));
  return withSystem(name, { accounts: 1 }, async (system) => {
    const { redis } = system;
    if (!redis) throw new Error('no Redis');
    await system.makeRooms(rooms);
    // The first list marks what was said before as read; what comes then is not.
    const at = { port: system.gateways[0]?.port ?? 0, headers: system.headers(0), count: 1 };
    return withConnections(at, async (connections) => {
      const [connection] = connections as [HttpConnection];
      await connection.get(LIST);
      for (const { id } of rooms) await fillHistory(redis, id, '1', MESSAGES);
      check(await connection.get(LIST));
      const list = await roundTrips(redis, connection, LIST, quick ? 10 : 50);
      const page = await roundTrips(redis, connection, PAGE, quick ? 10 : 50);
      return {
        ...(await latencies(connection, quick ? 40 : 150)),
        commandsPerRoom: list.commands / ROOMS,
        reads: list.reads,
        'page.commands': page.commands,
        'page.reads': page.reads,
      };
    });
  });
}

/** Lists and pages in turn; p99 of each round, median of the rounds. */
async function latencies(connection: HttpConnection, times: number) {
  const p99s = { list: [] as number[], page: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const ms = { list: [] as number[], page: [] as number[] };
    for (let n = 0; n < times; n++) {
      ms.list.push(await timed(() => connection.get(LIST)));
      ms.page.push(await timed(() => connection.get(PAGE)));
    }
    if (round === 0) continue;
    p99s.list.push(quantile(ms.list, 0.99));
    p99s.page.push(quantile(ms.page, 0.99));
  }
  return { p99: median(p99s.list), 'page.p99': median(p99s.page) };
}

/** What one request costs Redis: commands (those of scripts too) and how often it had to read from a connection. */
async function roundTrips(redis: BenchRedis, connection: HttpConnection, path: string, times: number) {
  const reads = async () => Number(/total_reads_processed:(\d+)/.exec(await redis.client.info('stats'))?.[1]);
  const before = { commands: await redis.commands(), reads: await reads() };
  for (let n = 0; n < times; n++) await connection.get(path);
  return {
    commands: ((await redis.commands()) - before.commands) / times,
    reads: ((await reads()) - before.reads) / times,
  };
}

/** @throws Error when a room, its last message or what is unread is missing */
function check(answer: string): void {
  const { rooms } = JSON.parse(answer) as {
    rooms: { kind: string; lastMessage?: object; seq: number; read: number }[];
  };
  const named = rooms.filter(({ kind }) => kind === 'named');
  const right = named.every(({ lastMessage, seq, read }) => lastMessage && seq === MESSAGES && read === 0);
  if (named.length !== ROOMS || !right) throw new Error(`The room list is wrong: ${answer.slice(0, 500)}`);
}

const ours = (measure: string): Figure => ({ system: 'ours', measure });

export const scenario: Scenario = {
  name: 'room-list',
  order: 82,
  title: 'Room list of 200 rooms with last message and unread',
  systems: ['ours'],
  rounds: 1,
  onLast: true,
  run,
  goals: [
    { what: "p99, to a page's", unit: 'ms', ours: ours('p99'), peer: ours('page.p99'), atMost: 3 },
    {
      what: "Redis' commands for a list, per room (those of scripts, the session and the calls between services too)",
      unit: 'commands',
      ours: ours('commandsPerRoom'),
    },
    {
      what: "times Redis had to read for a list, to a page's: one round trip more is the list's own",
      unit: 'reads',
      ours: ours('reads'),
      peer: ours('page.reads'),
    },
  ],
};
