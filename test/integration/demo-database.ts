import { keys, type Redis } from '@app/redis';
import bcrypt from 'bcrypt';

/** Seconds of the oldest message that `fillAsDemo` writes. */
export const FIRST = 1615480369;

/**
 * Fills a database as servers of the demo on several platforms did: four users with the password `password123`, General,
 * and a private room of Pablo and Joe.
 */
export async function fillAsDemo(redis: Redis): Promise<void> {
  const hash = await bcrypt.hash('password123', 10);
  const users = [
    ['Pablo', 'user:1', '$2b$'],
    ['Joe', '2', '$2a$'],
    ['Mary', 'user:3', '$2y$'],
    ['Alex', '4', '$2b$'],
  ] as const;
  for (const [username, value, prefix] of users) {
    const id = String(await redis.incr(keys.totalUsers));
    await redis.set(keys.username(username), value);
    await redis.hset(keys.user(id), 'username', username, 'password', hash.replace('$2b$', prefix));
    await redis.sadd(keys.userRooms(id), '0');
  }
  await redis.set(keys.roomName('0'), 'General');
  await redis.sadd(keys.userRooms('1'), '1:2', '1:3');
  await redis.sadd(keys.userRooms('2'), '1:2');
  await redis.sadd(keys.userRooms('3'), '1:3');
  const write = (roomId: string, score: number, message: object) =>
    redis.zadd(keys.room(roomId), score, JSON.stringify(message));
  await write('0', FIRST, { from: 1, date: FIRST, message: 'a number', roomId: '0' });
  await write('0', FIRST, { from: '2', date: FIRST, message: 'the same second', roomId: '0' });
  await write('0', FIRST, { from: '2', date: FIRST, message: 'and once more', roomId: 0 });
  await write('0', FIRST + 1.25, { from: 3, date: FIRST + 1.25, message: 'a fraction', roomId: '0' });
  await write('0', FIRST + 2, { From: '4', Date: String(FIRST + 2), Message: 'other letters', RoomId: '0' });
  await write('0', FIRST + 3, { from: 1, message: 'no date', roomId: '0' });
  await write('1:2', FIRST, { from: 1, date: FIRST, message: 'Hello', roomId: '1:2' });
  await write('1:2', FIRST, { From: '2', Date: FIRST, Message: 'Hi', RoomId: '1:2' });
}
