import { userActor } from '@app/contracts';
import type { StreamsClient } from '@app/streams';
import type { ChatSocket } from '../transport/chat-socket';
import { Memberships } from './memberships';
import type { Sockets } from './sockets';

/** As Socket.IO's, as far as rooms go. */
function socketOf(userId: string) {
  const rooms = new Set([userId]);
  const join = (more: string | string[]) => void [more].flat().map((room) => rooms.add(room));
  return { data: { actor: userActor(userId) }, rooms, join, leave: (room: string) => rooms.delete(room) };
}

type Answer = (version: number, roomIds: string[]) => Promise<unknown>;
let socket: ReturnType<typeof socketOf>;
let memberships: Memberships;
/** Questions on their way to the rooms service, in the order in which they were asked. */
let asked: Answer[];

beforeEach(() => {
  socket = socketOf('1');
  asked = [];
  const call = (_: string, { userIds }: { userIds: string[] }) =>
    new Promise((resolve) => {
      asked.push((version, roomIds) => {
        resolve({ memberships: userIds.map((userId) => ({ userId, version, roomIds })) });
        return new Promise(setImmediate);
      });
    });
  const sockets = {
    ofUser: (id: string) => (id === '1' ? [socket] : []),
    hasUser: (id: string) => id === '1',
    flush: () => undefined,
  };
  memberships = new Memberships({ call } as unknown as StreamsClient, sockets as unknown as Sockets);
});

const heard = () => [...socket.rooms].filter((room) => room !== '1').join(' ');
const hears = (roomId: string) => memberships.may(socket as unknown as ChatSocket, 'join', roomId);
const change = (version: number, roomId: string, member: boolean) =>
  memberships.changed({ userId: '1', roomId, member, version });
const read = async (version: number, roomIds: string[]) => {
  void memberships.read(['1']);
  await asked.shift()?.(version, roomIds);
};

it('a user hears the rooms of their list, and direct ones as one of the two', async () => {
  await read(3, ['0', '7', '1:2']);
  expect(heard()).toBe('room:0 room:7');
  expect(['0', '7', '8', '1:2', '2:3'].filter(hears)).toEqual(['0', '7', '1:2']);
  await read(4, ['0', '8']);
  expect(heard()).toBe('room:0 room:8');
});

it('what follows on what is known is applied at once', async () => {
  await read(3, ['0', '7']);
  expect(change(4, '8', true)).toBe(true);
  expect(heard()).toBe('room:0 room:7 room:8');
  expect(change(5, '7', false)).toBe(true);
  expect(heard()).toBe('room:0 room:8');
  expect(change(6, '1:2', true)).toBe(true);
  expect(heard()).toBe('room:0 room:8');
});

it('what does not is read anew; who is out is out before', async () => {
  await read(3, ['0', '7']);
  expect(change(5, '8', true)).toBe(false);
  expect(heard()).toBe('room:0 room:7');
  expect(change(5, '7', false)).toBe(false);
  expect(heard()).toBe('room:0');
  expect(memberships.changed({ userId: '1', version: 4 })).toBe(false);
});

it('news that the answer knew already undo nothing', async () => {
  await read(5, ['0', '7']);
  expect(change(4, '7', false)).toBe(false);
  expect(heard()).toBe('room:0 room:7');
  // Another database begins to count anew.
  await read(1, ['0', '7']);
  expect(change(2, '7', false)).toBe(true);
  expect(heard()).toBe('room:0');
});

it('news that come while a list is read are put on top of it, in their order', async () => {
  void memberships.read(['1']);
  expect(change(4, '7', false)).toBe(true);
  expect(change(5, '8', true)).toBe(true);
  expect(change(6, '9', true)).toBe(true);
  await asked.shift()?.(5, ['0', '7', '8']);
  expect(heard()).toBe('room:0 room:7 room:8 room:9');
  expect(change(7, '9', false)).toBe(true);
  expect(heard()).toBe('room:0 room:7 room:8');
});

it('an answer that was asked for before another one that came says nothing new', async () => {
  void memberships.read(['1']);
  void memberships.read(['1']);
  const [first, second] = asked;
  await second?.(6, ['0']);
  await first?.(5, ['0', '7']);
  expect(heard()).toBe('room:0');
  expect(change(7, '8', true)).toBe(true);
});

it('news of who is not here cost nothing', () => {
  expect(memberships.changed({ userId: '2', roomId: '7', member: true, version: 9 })).toBe(true);
  expect(asked).toEqual([]);
});

describe('who is out of a room by its own news', () => {
  it('hears it no more, though their list still has it', async () => {
    await read(3, ['0', '7']);
    memberships.left('1', '7', 9);
    expect(heard()).toBe('room:0');
    // What the list says of an earlier time comes later: on a Cluster both come from different servers.
    expect(memberships.changed({ userId: '1', roomId: '7', member: true, version: 4, rev: 5 })).toBe(true);
    expect(heard()).toBe('room:0');
    expect(memberships.changed({ userId: '1', roomId: '7', member: false, version: 5, rev: 9 })).toBe(true);
    expect(memberships.changed({ userId: '1', roomId: '7', member: true, version: 6, rev: 12 })).toBe(true);
    expect(heard()).toBe('room:0 room:7');
  });

  it('is out of it in an answer that is on its way, unless they came back since', async () => {
    void memberships.read(['1']);
    memberships.left('1', '7', 9);
    memberships.changed({ userId: '1', roomId: '7', member: true, version: 4, rev: 5 });
    memberships.left('1', '8', 3);
    memberships.changed({ userId: '1', roomId: '8', member: true, version: 5, rev: 6 });
    await asked.shift()?.(3, ['0', '7', '8']);
    expect(heard()).toBe('room:0 room:8');
    expect(change(6, '9', true)).toBe(true);
  });
});
