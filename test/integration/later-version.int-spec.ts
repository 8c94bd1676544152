import { ChatApi, ChatClient, CookieJar } from '@app/client';
import type { Message, Page, RoomSummary } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let pablo: Person;

/** What a later version puts into everything that it makes. */
const more = { mood: 17, quoted: { by: '2', at: [1.5, null, '"}'] } };

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, gateways: 1, env: { NODE_ENV: 'development' } });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
});
afterEach(() => pablo.leave());
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

/** Stores and announces a message of General as a later version would. */
async function later(text: string, announce = true): Promise<Message & typeof more> {
  const seq = Number(await data.hget(keys.roomHead('0'), 'seq')) + 1;
  const [sec = '', usec = ''] = (await data.time()).map(String);
  const date = `${sec}.${usec.padStart(6, '0')}`;
  const id = `0-${seq}-${date.replace('.', '')}`;
  const fields = { message: text, roomId: '0', clientId: `later-${seq}`.padEnd(8, 'x'), ...more };
  const stored = `{"seq":${seq},"from":"1","date":${date},${JSON.stringify(fields).slice(1)}`;
  await data.zadd(keys.room('0'), date, stored);
  await data.hset(keys.roomHead('0'), { seq, date, rev: 17 });
  const header = {
    v: 2,
    serverId: 'later:store',
    type: 'message',
    to: { room: '0' },
    id,
    seq,
    ...more,
    date: Number(date),
  };
  const message = { id, ...JSON.parse(stored) };
  if (announce) await publish('messages', { ...header, data: message });
  return message;
}

const publish = (channel: 'messages' | 'news', envelope: object) =>
  data.publish(channelsOf(data)[channel], JSON.stringify(envelope));

describe('what a later version makes', () => {
  it('is heard, paged, listed and synced with all that it says', async () => {
    const ears = await pablo.connect({ auth: { protocol: 1 } });
    const known = await ears.say('0', 'of this version');
    const message = await later('of a later version');
    const live = () =>
      ears.heard.find(({ event, data }) => event === 'message' && data.message === 'of a later version');
    await until(() => live() !== undefined, 'the message');
    expect(live()?.data).toEqual(message);

    const page: Page = (await pablo.get('/api/rooms/0/messages?limit=2')).body;
    expect(page.messages).toEqual([known, message]);
    const { rooms } = (await pablo.get('/api/rooms')).body as { rooms: RoomSummary[] };
    expect(rooms[0]?.lastMessage).toEqual(message);
    const position = { roomId: '0', seq: known.seq, id: known.id, rev: 0 };
    const { body } = await pablo.post('/api/sync', { positions: [position] });
    expect(body.rooms).toEqual([
      {
        status: 'ok',
        roomId: '0',
        messages: [message],
        changed: [],
        more: false,
        upTo: { roomId: '0', seq: message.seq, id: message.id, rev: 17 },
      },
    ]);
  });

  it('is no foreign message, and what follows it is no gap', async () => {
    const ears = await pablo.connect({ auth: { protocol: 1 } });
    const missed = await later('not announced', false);
    const next = await ears.say('0', 'the next one');
    expect(next.seq).toBe((missed.seq ?? 0) + 1);
    await until(() => ears.heard.filter(({ event }) => event === 'message').length === 2, 'both');
    expect(ears.heard.filter(({ event }) => event === 'message').map(({ data }) => data)).toEqual([missed, next]);
  });

  it('is passed over where it is of a kind that is not known', async () => {
    const ears = await pablo.connect({ auth: { protocol: 1 } });
    const envelope = { v: 2, serverId: 'later:store', to: 'all' };
    for (const channel of ['messages', 'news'] as const) {
      await publish(channel, { ...envelope, type: 'message.pinned', data: { roomId: '0', id: '0-1-1' } });
      await publish(channel, { ...envelope, type: 'typing', to: { device: '7' }, data: { roomId: '0', userId: '2' } });
      await publish(channel, { ...envelope, v: 3, type: 'message', data: [] });
    }
    await publish('news', {
      ...envelope,
      type: 'typing',
      to: { room: '0' },
      data: { roomId: '0', userId: '2', ...more },
      ...more,
    });
    await until(() => ears.heard.some(({ event }) => event === 'typing'), 'typing');
    expect(ears.heard.filter(({ event }) => event === 'typing')).toHaveLength(1);
    await ears.say('0', 'all is well');
  });

  it('is work that is done, and its errors are answers', async () => {
    const channel = 'reply:later';
    const subscriber = await redis.connect();
    const answers: { id: string; value?: object; error?: object }[] = [];
    subscriber.on('message', (_, text: string) => answers.push(...JSON.parse(text)));
    await subscriber.subscribe(channel);
    const ask = (id: string, pattern: string, asked: object) => ({
      pattern,
      data: { ...asked, ...more },
      id,
      replyTo: channel,
      ttlMs: 5000,
      ...more,
    });
    const append = { userId: pablo.id, roomId: '0', message: 'of a later gateway', clientId: 'later-gateway' };
    await data.xadd(
      keys.work('messages'),
      '*',
      'requests',
      JSON.stringify([ask('a', 'messages.append', append)]),
      'more',
      '1',
    );
    await data.xadd(
      keys.events('rooms'),
      '*',
      'requests',
      JSON.stringify([ask('b', 'user.registered', { id: '99', username: 'Ann' })]),
    );
    const answer = () => answers.find(({ id }) => id === 'a');
    await until(() => answer() !== undefined, 'an answer');
    expect(answer()).toMatchObject({ value: { message: 'of a later gateway', from: pablo.id } });
    await until(async () => (await data.sismember(keys.userRooms('99'), '0')) === 1, 'the event to be handled');
  });

  it('is refused by name where a client makes it', async () => {
    const ears = await pablo.connect();
    const answer = await ears.call('message', { roomId: '0', message: 'x', clientId: 'a-client-id', ...more });
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid', message: expect.stringContaining('mood') } });
    expect(await pablo.post('/api/rooms/0/messages', { message: 'x', ...more })).toMatchObject({
      status: 400,
      body: { code: 'invalid' },
    });
    expect(await pablo.get('/api/rooms/0/messages?mood=1')).toMatchObject({ status: 400 });
  });

  it('is read by the client package', async () => {
    const { url } = cluster.gateway(0);
    const jar = new CookieJar();
    const user = await new ChatApi({ url, fetch: jar.fetch }).signIn('Joe', 'password123');
    const client = new ChatClient(user, {
      url,
      fetch: jar.fetch,
      socketOptions: { extraHeaders: { cookie: jar.cookie } },
    });
    try {
      client.connect();
      await client.open('0');
      const message = await later('for the client');
      await until(() => client.view('0').entries.at(-1)?.id === message.id, 'the message');
      // What it has learned of its place goes into the next sync, which the gateway takes.
      const hidden = await later('missed', false);
      await publish('messages', { v: 2, serverId: 'x:store', type: 'message.gone', to: 'all', data: {} });
      await pablo.post('/api/rooms/0/messages', { message: 'shows the gap' });
      await until(() => client.view('0').entries.some(({ id }) => id === hidden.id), 'what was missed');
    } finally {
      client.disconnect();
    }
  });
});
