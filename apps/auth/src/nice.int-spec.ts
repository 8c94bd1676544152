import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Cluster, startRedis, type TestRedis } from '@app/testing';

let server: TestRedis;
let cluster: Cluster | undefined;

beforeAll(async () => {
  server = await startRedis();
});
afterEach(() => cluster?.stop());
afterAll(() => server?.stop());

const pidOf = (name: string) => cluster?.workers.find((worker) => worker.name === name)?.pid ?? 0;

/** Niceness of each thread (Linux). */
function threads(pid: number): number[] {
  const folder = `/proc/${pid}/task`;
  if (!existsSync(folder)) return [];
  const stats = readdirSync(folder).map((thread) => readFileSync(`${folder}/${thread}/stat`, 'utf8'));
  // The name, in brackets, may hold anything; niceness is the 19th field.
  return stats.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
}

it('lowers the CPU priority of the threads that hash passwords, and of nothing else', async () => {
  cluster = await Cluster.start({ redis: server, gateways: 0, env: { AUTH_NICE: '7' } });
  const others = getPriority();
  const isLinux = existsSync('/proc/self/task');
  expect(getPriority(pidOf('auth'))).toBe(isLinux ? others : Math.max(7, others));
  expect([getPriority(pidOf('rooms')), getPriority(pidOf('messages'))]).toEqual([others, others]);
  const nice = threads(pidOf('auth')).filter((value) => value === Math.max(7, others));
  // The four of libuv that hash; who asks for a name waits for none of them.
  if (isLinux && others < 7) expect(nice).toHaveLength(4);
});
