import { keys } from '@app/redis';
import { until } from '@app/testing';
import { readPending, readRooms } from './collect';
import type { Crowd } from './crowd/crowd';
import type { Room, Shown } from './record';
import type { System } from './system/system';

/** Generous: only what never comes right takes so long. */
const BOUND_MS = 300_000;
/** The last steps get a chance, too. */
const LEAST_MS = 30_000;

/**
 * Waits until a healed system has come to rest and everybody shows what is stored.
 * @param leavers so many close their clients once all they said is stored: not everybody is online at the end
 * @param mayHaveLost what was acknowledged may be lost: then places are compared, not the states of messages
 * @returns what did not come right in time; the checker then says precisely what is wrong
 */
export async function converge(system: System, crowd: Crowd, leavers: number, mayHaveLost: boolean): Promise<string[]> {
  const missed: string[] = [];
  const end = performance.now() + BOUND_MS;
  /** @param lacking names what is not as it should be yet */
  const step = async (what: string, lacking: () => string[] | Promise<string[]>) => {
    let names: string[] = [];
    const isRight = async () => {
      names = await lacking();
      return names.length === 0;
    };
    await until(isRight, what, Math.max(LEAST_MS, end - performance.now())).catch(() => {
      missed.push(`${what}: ${names.join(', ')}`);
    });
  };
  await step('every process to be ready', () => unready(system));
  await step('everybody to be connected', () =>
    crowd.everybody.filter((one) => !one.isOnline).map(({ userId, status }) => `user ${userId} is ${status}`),
  );
  await step('every message to be settled', () =>
    crowd.users.filter((user) => !user.isSettled).map(({ userId }) => `user ${userId}`),
  );
  crowd.leave(leavers);
  const users = crowd.users.filter((user) => !crowd.hasLeft(user));
  await step('no work to be left', async () =>
    Object.entries(await readPending(system.data)).flatMap(([stream, count]) => (count > 0 ? [stream] : [])),
  );
  await step('everybody to show what is stored', async () => {
    await Promise.all(users.map((user) => user.loadEverything()));
    const rooms = await readRooms(system.data, crowd);
    const asCompared = ({ id, state }: Shown) => (mayHaveLost ? id : `${id} ${state}`);
    const isRight = (user: (typeof users)[number], { id, members, stored }: Room) =>
      !members.includes(user.userId) || same(user.shown(id).map(asCompared), stored.map(asCompared));
    return users.filter((user) => !rooms.every((room) => isRight(user, room))).map(({ userId }) => `user ${userId}`);
  });
  await step('presence to be right', async () => {
    const online = (await system.data.smembers(keys.onlineUsers)).sort();
    const wrong = users.filter((user) => !same([...user.online].sort(), crowd.connected));
    return [
      ...(same(online, crowd.connected) ? [] : ['in Redis']),
      ...wrong.map(({ userId }) => `as user ${userId} sees it`),
    ];
  });
  return missed;
}

async function unready(system: System): Promise<string[]> {
  const answers = await Promise.all(
    system.members.map(({ process }) => fetch(`${process.url}/health/ready`).catch(() => undefined)),
  );
  return system.members.flatMap(({ name }, i) => (answers[i]?.status === 200 ? [] : [name]));
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
