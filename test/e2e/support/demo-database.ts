import { passwordOf, type TestRedis } from '@app/testing';
import { hash } from 'bcrypt';

/** A message as the demo's server stores it; `ago`: minutes before now. */
export interface Line {
  ago: number;
  from: string;
  text: string;
}

export interface DemoDatabase {
  /** Names; the first one's id is 1. */
  people: readonly string[];
  /** Messages by room: `0`, or two names with a comma between. */
  rooms: Readonly<Record<string, readonly Line[]>>;
}

/** Fills an empty Redis exactly as a server of the demo would have left it, with the passwords that people of tests have. */
export async function fillAsTheDemo(redis: TestRedis, { people, rooms }: DemoDatabase): Promise<void> {
  const connection = await redis.connect();
  const idOf = (name: string) => String(people.indexOf(name) + 1);
  const writes = connection.multi().set('total_users', people.length).set('room:0:name', 'General');
  for (const name of people) {
    const id = idOf(name);
    const password = await hash(passwordOf(name), 4);
    writes.set(`username:${name}`, `user:${id}`).hset(`user:${id}`, { username: name, password });
    writes.sadd(`user:${id}:rooms`, '0');
  }
  for (const [room, lines] of Object.entries(rooms)) {
    const members = room === '0' ? [] : room.split(',').map(idOf).sort();
    const roomId = members.length > 0 ? members.join(':') : room;
    for (const id of members) writes.sadd(`user:${id}:rooms`, roomId);
    for (const { ago, from, text } of lines) {
      const date = Math.floor(Date.now() / 1000 - ago * 60);
      writes.zadd(`room:${roomId}`, date, JSON.stringify({ from: idOf(from), date, message: text, roomId }));
    }
  }
  await writes.exec();
}

const line = (ago: number, from: string, text: string): Line => ({ ago, from, text });

/** A team of eight in the middle of its work. */
export const TEAM: DemoDatabase = {
  people: ['Pablo', 'Joe', 'Mary', 'Alex', 'Yuki', 'Priya', 'Tomás', 'Zoë'],
  rooms: {
    '0': [
      line(1531, 'Mary', 'The new build is on staging. Please click around before tomorrow.'),
      line(1529, 'Joe', 'On it.'),
      line(1518, 'Joe', 'Search is noticeably faster. Whoever did that: thank you!'),
      line(1516, 'Priya', 'That was Yuki, in a quiet hour between two meetings'),
      line(54, 'Alex', 'Question: joining from a phone takes three taps. Can we make it one?'),
      line(53, 'Yuki', 'Which three?'),
      line(51, 'Alex', '1. Open the invitation\n2. Follow the link\n3. Confirm the name'),
      line(48, 'Mary', 'We could keep the name from last time. Nobody changes it anyway.'),
      line(47, 'Yuki', 'Then there is nothing left to confirm.'),
      line(46.5, 'Yuki', 'And the link can open the room itself: https://example.com/join/spring-review'),
      line(44, 'Joe', 'One tap. I will show it at the review.'),
      line(12, 'Priya', 'Are we still meeting this afternoon?'),
      line(11, 'Mary', 'Yes, same place. Bring your phones, we will try it on all of them.'),
      line(9, 'Pablo', 'Good. I have an old one with a cracked screen, the hardest case there is'),
      line(8, 'Priya', 'See you there!'),
    ],
    'Pablo,Joe': [
      line(190, 'Joe', 'Do you have the slides from last week?'),
      line(185, 'Pablo', 'In the shared folder, under “spring”'),
    ],
    'Pablo,Mary': [
      line(1700, 'Mary', 'Lunch on Thursday?'),
      line(1695, 'Pablo', 'Gladly. The usual place?'),
      line(1694, 'Mary', 'The usual place. I book a table for two.'),
      line(31, 'Mary', 'Running ten minutes late, order me a coffee please'),
      line(30, 'Pablo', 'Done'),
    ],
    'Pablo,Tomás': [line(6000, 'Tomás', 'Back on Monday. For anything urgent ask Priya.')],
  },
};
