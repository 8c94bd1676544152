import { GENERAL, SERVICES } from '@app/contracts';
import { keys } from '@app/redis';
import { RedisCluster, type Replicated, type ReplicatedServer, until } from '@app/testing';
import type { Heal, Occasion } from './occasion';

/** Generous, for a busy machine. */
const TAKEN_OVER_MS = 120_000;

/** What lies in slots that move. */
const MOVED = [keys.room(GENERAL), keys.onlineUsers, keys.epoch, ...SERVICES.map(keys.work)];

function serversOf({ system }: Occasion): Replicated {
  if (!system.servers) throw new Error('a Redis that is one server');
  return system.servers;
}

/** SIGKILL; a replica takes over, and it comes back as a replica of that. */
export async function killMaster(occasion: Occasion): Promise<Heal> {
  const servers = serversOf(occasion);
  const masters = await servers.masters();
  const master = occasion.random.pick(masters);
  await master.server.kill();
  return async () => {
    await takenOver(servers, master, masters.length);
    await master.server.start();
    await servers.serving();
  };
}

/** SIGSTOP for longer than it takes to be given up: cut off from all, and back with a past of its own. */
export async function freezeMaster(occasion: Occasion): Promise<Heal> {
  const servers = serversOf(occasion);
  const masters = await servers.masters();
  const master = occasion.random.pick(masters);
  await master.server.pause();
  return async () => {
    await takenOver(servers, master, masters.length);
    await master.server.resume();
    await servers.serving();
  };
}

/** Masters are left alone. */
export async function killReplicas(occasion: Occasion): Promise<Heal> {
  const servers = serversOf(occasion);
  const masters = await servers.masters();
  const replicas = servers.servers.filter((one) => !masters.includes(one));
  await Promise.all(replicas.map(({ server }) => server.kill()));
  return async () => {
    await Promise.all(replicas.map(({ server }) => server.start()));
    await servers.serving();
  };
}

/** What is busiest goes to other masters. */
export async function moveSlots(occasion: Occasion): Promise<Heal> {
  const cluster = serversOf(occasion);
  if (!(cluster instanceof RedisCluster)) throw new Error('a Redis without slots');
  for (const key of occasion.random.shuffle(MOVED)) {
    const from = await cluster.masterOf(key).catch(() => undefined);
    const others = (await cluster.masters()).filter((one) => one !== from);
    if (from) await cluster.moveSlotOf(key, from, occasion.random.pick(others));
  }
  return () => undefined;
}

async function takenOver(servers: Replicated, lost: ReplicatedServer, count: number): Promise<void> {
  const isTakenOver = async () => (await servers.masters()).filter((one) => one !== lost).length >= count;
  await until(isTakenOver, 'a replica to take over', TAKEN_OVER_MS);
}
