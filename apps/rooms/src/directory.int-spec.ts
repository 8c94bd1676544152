import { type RoomView, SYSTEM, userActor } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { startRedis, type TestRedis } from '@app/testing';
import fc from 'fast-check';
import { lookOf } from './room-names';
import { ANN, BOB, newRoom, storesOf } from './spec-support/stores';

let server: TestRedis;
let redis: Redis;
let stores: ReturnType<typeof storesOf>;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
});
afterAll(() => server?.stop());
beforeEach(async () => {
  await redis.flushall();
  stores = storesOf(redis);
});

const ann = userActor(ANN.id);
const bob = userActor(BOB.id);
const refusedAs = (code: string) => expect.objectContaining({ code });
const namesOf = ({ rooms }: { rooms: RoomView[] }) => rooms.map(({ room }) => room.name);
const list = (q = '', limit = 50, after?: string) => stores.rooms.list(bob, q, limit, after);
const create = (name: string, more: Parameters<typeof newRoom>[1] = {}) =>
  stores.rooms.create(ANN, ...newRoom(name, more));

describe('the directory', () => {
  it('is read in pages, and searched by the beginnings of words', async () => {
    for (const name of ['Blue Team', 'Red team', 'teapot', 'Ärger-Stelle', 'No steam', 'Team', 'team red'])
      await create(name);
    await create('Secret Team', { visibility: 'private' });
    expect(namesOf(await list())).toEqual([
      'Blue Team',
      'No steam',
      'Red team',
      'Team',
      'team red',
      'teapot',
      'Ärger-Stelle',
    ]);
    expect(namesOf(await list('TEA')).sort()).toEqual(['Blue Team', 'Red team', 'Team', 'team red', 'teapot']);
    expect(namesOf(await list('stelle'))).toEqual(['Ärger-Stelle']);
    expect(namesOf(await list('blue t'))).toEqual(['Blue Team']);
    expect(namesOf(await list('red'))).toEqual(['team red', 'Red team']);
    const names: string[] = [];
    for (let after: string | undefined, pages = 0; pages < 20; pages++) {
      const page = await list('', 2, after);
      names.push(...namesOf(page));
      after = page.next;
      if (after === undefined) break;
    }
    expect(names).toHaveLength(7);
    await expect(list('', 2, Buffer.from('x').toString('base64url'))).rejects.toEqual(refusedAs('invalid'));
  });

  type Step = { act: 'create' | 'flip' | 'rename' | 'archive' | 'leave'; which: number; name: number; dies: boolean };
  const step: fc.Arbitrary<Step> = fc.record({
    act: fc.constantFrom('create', 'flip', 'rename', 'archive', 'leave'),
    which: fc.nat(4),
    name: fc.nat(5),
    dies: fc.boolean(),
  });

  it('never shows a private or archived room, or a name that is no more, whatever is done and whoever dies at it', async () => {
    const names = ['Alpha', 'Beta', 'Gamma', 'alphα', 'Beta Gamma', 'ALPHA'];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, isCluster) => {
        await redis.flushall();
        const [sound, dying] = [storesOf(redis, { isCluster }), storesOf(redis, { isCluster })];
        dying.rooms.settle = () => Promise.reject(new Error('the end'));
        const ids: string[] = [];
        for (const { act, which, name, dies } of steps) {
          const { rooms, members } = dies ? dying : sound;
          const id = ids[which % Math.max(1, ids.length)];
          const called = names[name] ?? '';
          const visibility = which % 2 ? 'public' : 'private';
          const deed = async () => {
            if (act === 'create') {
              const [room, key] = newRoom(called, { visibility });
              ids.push(await rooms.create(ANN, room, key));
            } else if (id === undefined) return;
            else if (act === 'flip') await rooms.change(ann, 'flip', id, { visibility });
            else if (act === 'rename') await rooms.change(ann, 'manage', id, { name: called });
            else if (act === 'archive') await rooms.change(ann, 'archive', id, { archived: name % 2 === 0 });
            else await members.change(ann, 'leave', id, ANN);
          };
          await deed().catch(() => undefined);
          for (const { room } of (await sound.rooms.list(bob, '', 50)).rooms) {
            expect(await redis.hmget(keys.roomInfo(room.id), 'visibility', 'archivedAt', 'name')).toEqual([
              'public',
              null,
              room.name,
            ]);
          }
        }
        const total = Number((await redis.get(keys.totalRooms)) ?? 0);
        const all = Array.from({ length: total }, (_, i) => String(i + 1));
        for (const id of all) await sound.rooms.settleAll(id);
        const views = (await sound.rooms.look(SYSTEM, all)).filter((view) => view !== undefined);
        const shown = views.filter(({ room }) => room.visibility === 'public' && room.archivedAt === null);
        const { rooms } = await sound.rooms.list(bob, '', 50);
        expect(rooms.map(({ room }) => room.id).sort()).toEqual(shown.map(({ room }) => room.id).sort());
        const claims = await redis.hgetall(keys.directoryClaims);
        for (const { room } of views) expect([room.id, claims[lookOf(room.name)]]).toEqual([room.id, room.id]);
        expect(new Set(views.map(({ room }) => lookOf(room.name))).size).toBe(views.length);
      }),
      { numRuns: 60 },
    );
  });
});
