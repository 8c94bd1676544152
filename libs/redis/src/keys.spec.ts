import { keys } from './keys';

/** The part of a key that Redis Cluster places it by. */
const slotted = (key: string) => /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key;

it("are the demo's for what the demo stores", () => {
  expect([keys.totalUsers, keys.username('Ann'), keys.user('1'), keys.userRooms('1')]).toEqual([
    'total_users',
    'username:Ann',
    'user:1',
    'user:1:rooms',
  ]);
  expect([keys.roomName('0'), keys.room('0'), keys.room('1:2'), keys.onlineUsers, keys.session('x')]).toEqual([
    'room:0:name',
    'room:0',
    'room:1:2',
    'online_users',
    'sess:x',
  ]);
});

it('lie where the key lies that they belong to', () => {
  for (const id of ['0', '7', '1:2']) {
    const belonging = [
      keys.roomHead(id),
      keys.roomMembers(id),
      keys.roomRead(id),
      keys.roomChanges(id),
      keys.roomGone(id),
      keys.roomSent(id, '1', 'client-id-0'),
    ];
    expect(belonging.map(slotted)).toEqual(belonging.map(() => keys.room(id)));
  }
  expect(slotted(keys.userRoomsVersion('1'))).toBe(keys.userRooms('1'));
  expect(slotted(keys.userSessions('1'))).toBe(keys.user('1'));
  const presence = [
    keys.onlineUser('1'),
    keys.onlineNames,
    keys.onlineGateways,
    keys.onlineGateway('a'),
    keys.onlineLeaving,
  ];
  expect(presence.map(slotted)).toEqual(presence.map(() => keys.onlineUsers));
  expect(slotted(keys.demoLock)).toBe(keys.totalUsers);
  expect(slotted(keys.readers('work:auth'))).toBe(keys.work('auth'));
  const partition = keys.partition('messages', 3);
  expect([keys.partitionOwner(partition), keys.partitionTries(partition)].map(slotted)).toEqual([partition, partition]);
});
