import { SERVICES } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { listDead, unfinishedWork } from '@app/streams';
import type { Crowd, RoomOf } from './crowd/crowd';
import { growthOf } from './memory';
import { type DeadWork, type Room, type RunRecord, type Span, type StoredMessage, stateOf } from './record';
import type { System } from './system/system';

/** Everything that is known after a run. */
export async function collect(
  system: System,
  crowd: Crowd,
  spans: { mayBeLost: readonly Span[]; failing: readonly Span[] },
): Promise<RunRecord> {
  for (const user of crowd.users) if (!crowd.hasLeft(user)) user.noteEnd();
  return {
    rooms: await readRooms(system.data, crowd),
    clients: crowd.everybody.map(({ log }) => log),
    connected: crowd.connected,
    online: await system.data.smembers(keys.onlineUsers),
    pending: await readPending(system.data),
    dead: await readDead(system.data),
    exits: system.members.flatMap(({ process }) => process.exits),
    wrong: crowd.visitors.wrong,
    growing: system.members.flatMap(({ name, process }) =>
      process.memory.some((life) => growthOf(life)?.isGrowing) ? [name] : [],
    ),
    ...spans,
  };
}

/** Every room's history, in the order of Redis' scores. */
export function readRooms(redis: Redis, { rooms, demoUser }: Crowd): Promise<Room[]> {
  return Promise.all(
    rooms.map(async (room: RoomOf) => {
      const members = await redis.zrange(keys.room(room.id), '0', '-1');
      const stored = members.map((text): StoredMessage => {
        const { seq, date, from, clientId, message, rev, deleted } = JSON.parse(text);
        const id = `${room.id}-${seq}-${date.toFixed(6).replace('.', '')}`;
        const state = stateOf({ rev, deleted, message });
        return { id, seq, date, from, key: from === demoUser.userId ? message : clientId, state };
      });
      return { ...room, stored };
    }),
  );
}

/** Entries not finished, by stream; those of partitions count with their service's. */
export async function readPending(redis: Redis): Promise<Record<string, number>> {
  const work = await Promise.all(
    SERVICES.map(async (service) => [keys.work(service), await unfinishedWork(redis, service)] as const),
  );
  const events = keys.events('rooms');
  return Object.fromEntries([...work, [events, await redis.xlen(events)]]);
}

async function readDead(redis: Redis): Promise<DeadWork[]> {
  const dead = await listDead(redis, { count: 100_000 });
  return dead.map(({ pattern, askedAt, diedAt }) => ({ pattern, askedAt, diedAt }));
}
