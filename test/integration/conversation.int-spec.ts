import { type Message, newsEnvelopeSchema, type Page, relayEnvelopeSchema, type SyncAnswer } from '@app/contracts';
import { channelsOf, type Redis } from '@app/redis';
import { Cluster, type Ears, Person, startRedis, type TestRedis } from '@app/testing';
import { readMessage } from '../../apps/gateway/src/relay/envelopes';

let redis: TestRedis;
let cluster: Cluster;
let pablo: Person;
let joe: Person;
let mary: Person;
/** Everything that is published on both channels of the relay. */
const published: Record<'messages' | 'news', string[]> = { messages: [], news: [] };

async function listen(subscriber: Redis): Promise<void> {
  const { messages, news } = channelsOf(subscriber);
  subscriber.on('message', (channel: string, text: string) => {
    published[channel === messages ? 'messages' : 'news'].push(text);
  });
  await subscriber.subscribe(messages, news);
}

beforeAll(async () => {
  redis = await startRedis();
  await listen(await redis.connect());
  cluster = await Cluster.start({ redis });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
  mary = await Person.signIn(cluster.gateway(1).url, 'Mary');
});
afterEach(() => {
  for (const person of [pablo, joe, mary]) person.leave();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

/** Every message after a known one, page by page. */
async function syncAll(ears: Ears, known: Message): Promise<Message[]> {
  const messages: Message[] = [];
  let position: object = { roomId: known.roomId, seq: known.seq, id: known.id };
  for (;;) {
    const answer = await ears.call<SyncAnswer>('sync', { positions: [position] });
    const room = answer.ok ? answer.rooms[0] : undefined;
    if (room?.status !== 'ok') throw new Error(`no sync: ${JSON.stringify(answer)}`);
    messages.push(...room.messages);
    if (!room.more) return messages;
    position = room.upTo;
  }
}

describe('a conversation over two gateways', () => {
  it('reaches everybody in General, the sender too, once and in one order', async () => {
    const [a, b] = [await pablo.connect(), await joe.connect()];
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? a : b).say('0', `line ${i}`)));
    await Promise.all([a, b].map((ears) => ears.hears('line 19')));
    await Promise.all([a, b].map((ears) => ears.hears('line 18')));
    expect(a.texts('0')).toEqual(b.texts('0'));
    expect(new Set(a.texts('0')).size).toBe(20);
    expect(a.of('message').map(({ seq }) => seq)).toEqual(a.of('message').map((_, i) => a.of('message')[0].seq + i));
  });

  it('keeps the order of a sender who does not wait', async () => {
    const [a, b] = [await pablo.connect(), await joe.connect()];
    const texts = Array.from({ length: 50 }, (_, i) => `fast ${i}`);
    for (const message of texts)
      a.socket.emit('message', { roomId: '0', message, clientId: `fast-${message.slice(5)}-xyz` });
    await b.hears('fast 49');
    expect(b.texts('0')).toEqual(texts);
  });

  it('stays private between two', async () => {
    const [a, b, c] = [await pablo.connect(), await joe.connect(), await mary.connect()];
    await a.say('1:2', 'between us');
    await b.hears('between us');
    await a.say('0', 'to all');
    await c.hears('to all');
    expect(c.texts()).toEqual(['to all']);
    for (const room of ['1:2', '2:1', '1:2:3', '0:1']) {
      const answer = await c.call('message', { roomId: room, message: 'let me in', clientId: 'client-id-1' });
      expect(answer).toMatchObject({ ok: false, error: { code: room === '1:2' ? 'forbidden' : 'invalid' } });
    }
    expect(await c.call('room.join', '1:2')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await c.call('room.join', '1:3')).toEqual({ ok: true });
    const sync = { positions: [{ roomId: '1:2', seq: 0, id: '' }] };
    expect(await c.call('sync', sync)).toMatchObject({ ok: true, rooms: [{ status: 'forbidden', roomId: '1:2' }] });
    expect(await mary.get('/api/rooms/1:2/messages')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it('shows a new private room to both, before its first message', async () => {
    const ann = await Person.register(cluster.gateway(0).url, 'Ann');
    const [a, b] = [await ann.connect(), await joe.connect()];
    const room = (await ann.post('/api/rooms', { userId: joe.id })).body;
    expect(room).toEqual({ id: `${joe.id}:${ann.id}`, names: ['Joe', 'Ann'] });
    const listed = async (person: Person) =>
      (await person.get('/api/rooms')).body.rooms.map(({ id }: { id: string }) => id).includes(room.id);
    expect([await listed(ann), await listed(joe)]).toEqual([false, false]);
    await a.say(room.id, 'hello Joe');
    await b.hears('hello Joe');
    const events = b.heard.map(({ event }) => event);
    expect(events.indexOf('show.room')).toBeGreaterThan(-1);
    expect(events.indexOf('show.room')).toBeLessThan(events.indexOf('message'));
    expect(await b.next('show.room')).toEqual(room);
    expect([await listed(ann), await listed(joe)]).toEqual([true, true]);
    ann.leave();
  });

  it('stores a repeated message once, and says so with the first one', async () => {
    const [a, b] = [await pablo.connect(), await joe.connect()];
    const first = await a.say('0', 'once', 'repeated-client-id');
    const again = await b.call('message', { roomId: '0', message: 'x', clientId: 'repeated-client-id' });
    expect(again).toMatchObject({ ok: true, message: { from: joe.id } });
    expect(await a.say('0', 'once', 'repeated-client-id')).toEqual(first);
    await a.say('0', 'last');
    await b.hears('last');
    expect(b.texts('0')).toEqual(['once', 'x', 'last']);
  });

  it('lets the server decide who and when', async () => {
    const a = await pablo.connect();
    const answer = await a.call('message', { from: joe.id, date: 1, message: 'not by Joe', roomId: 0 });
    expect(answer).toMatchObject({ ok: true, message: { from: pablo.id, roomId: '0' } });
    expect(answer.ok && answer.message.date).toBeGreaterThan(1_700_000_000);
  });

  it('answers what a client missed since its position', async () => {
    const a = await pablo.connect();
    const known = await a.say('0', 'known');
    await a.say('0', 'missed 1');
    await a.say('0', 'missed 2');
    const { epoch } = (await joe.get('/api/rooms/0/messages?limit=1')).body;
    const b = await joe.connect();
    const position = { roomId: '0', seq: known.seq, id: known.id };
    const answer = await b.call<{ rooms: unknown[] }>('sync', { epoch, positions: [position] });
    expect(answer).toMatchObject({
      ok: true,
      rooms: [{ status: 'ok', more: false, messages: [{ message: 'missed 1' }, { message: 'missed 2' }] }],
    });
    const stranger = await b.call('sync', { epoch: 'of another database', positions: [position] });
    expect(stranger).toMatchObject({ ok: true, rooms: [{ status: 'reset' }] });
    expect(await joe.post('/api/sync', { epoch, positions: [position] })).toMatchObject({ body: { epoch } });
  });

  it('is whole for those who join while others talk', async () => {
    const a = await pablo.connect();
    const rooms = ['0', `1:${joe.id}`];
    const known = await Promise.all(rooms.map((roomId) => a.say(roomId, 'known')));
    let talking = true;
    const talk = (async () => {
      for (let i = 0; talking; i += 1) await Promise.all(rooms.map((roomId) => a.say(roomId, `amid ${i}`)));
    })();
    const joining = Array.from({ length: 20 }, async () => {
      const ears = await joe.connect();
      return { ears, synced: await Promise.all(known.map((message) => syncAll(ears, message))) };
    });
    const joined = await Promise.all(joining);
    talking = false;
    await talk;
    for (const [i, roomId] of rooms.entries()) {
      const { seq: newest = 0 } = await a.say(roomId, 'the last');
      const all = Array.from({ length: newest - (known[i]?.seq ?? 0) }, (_, n) => (known[i]?.seq ?? 0) + 1 + n);
      for (const { ears, synced } of joined) {
        await ears.next('message', (message) => message.roomId === roomId && message.seq === newest);
        const heard = ears.of('message').filter((message) => message.roomId === roomId);
        const seen = new Set([...(synced[i] ?? []), ...heard].map(({ seq }) => seq));
        expect([...seen].sort((one, other) => one - other)).toEqual(expect.arrayContaining(all));
      }
    }
  });

  it('posts and pages over HTTP as well', async () => {
    const a = await joe.connect();
    const posted = await pablo.post('/api/rooms/0/messages', { message: 'from a bot', clientId: 'bot-client-id' });
    expect(posted).toMatchObject({ status: 201, body: { message: { message: 'from a bot', from: pablo.id } } });
    expect(await a.hears('from a bot')).toEqual(posted.body.message);
    const page = (await pablo.get('/api/rooms/0/messages?limit=2')).body;
    expect(page.messages.at(-1)).toEqual(posted.body.message);
    const older = (await pablo.get(`/api/rooms/0/messages?limit=2&before=${page.before}`)).body;
    expect(older.messages.map(({ seq }: { seq: number }) => seq)).toEqual([
      page.messages[0].seq - 2,
      page.messages[0].seq - 1,
    ]);
    const [message] = older.messages;
    for (const around of [message.id, `0-${message.seq}`]) {
      const { messages, found } = (await pablo.get(`/api/rooms/0/messages?limit=3&around=${around}`)).body;
      expect([found, messages[1]]).toEqual([true, message]);
    }
  });

  it('pages over the socket are those over HTTP, for members alone, each by the acknowledgement that was asked for', async () => {
    const a = await pablo.connect();
    for (const text of ['one', '«two» 🙂', 'three "quoted" \\']) await a.say('1:2', text);
    expect(a.of('hello')[0].calls).toEqual(expect.arrayContaining(['room.page', 'sync', 'message']));
    const both = async (query: Record<string, string | number>) => {
      const [{ ok, ...page }, { body }] = await Promise.all([
        a.call<Page>('room.page', { roomId: '1:2', ...query }) as Promise<Page & { ok: boolean }>,
        pablo.get(`/api/rooms/1:2/messages?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, `${v}`]))}`),
      ]);
      expect([ok, page]).toEqual([true, body]);
      return page;
    };
    const newest = await both({ limit: 2 });
    const older = await both({ limit: 2, before: newest.before ?? '' });
    await both({ after: older.after ?? '' });
    await both({ around: newest.messages[0]?.id ?? '', limit: 1 });
    const many = await Promise.all(
      [1, 2, 3, 2, 1].map((limit) => a.call<Page>('room.page', { roomId: '1:2', limit }) as Promise<Page>),
    );
    expect(many.map(({ messages }) => messages.length)).toEqual([1, 2, 3, 2, 1]);
    const refused = (code: string) => ({ ok: false, error: { code } });
    const c = await mary.connect();
    expect(await c.call('room.page', { roomId: '1:2' })).toMatchObject(refused('forbidden'));
    for (const bad of [
      {},
      { roomId: '0', limit: 0 },
      { roomId: '0', before: 1 },
      { roomId: '0', x: 1 },
      [],
      'page',
      null,
    ]) {
      expect(await c.call('room.page', bad as object)).toMatchObject(refused('invalid'));
    }
  });

  it('is published to the letter of its contract, in the form that gateways do not parse', () => {
    const messages = published.messages.filter((text) => JSON.parse(text).type === 'message');
    expect(messages.length).toBeGreaterThan(100);
    expect(messages.filter((text) => readMessage(text) === undefined)).toEqual([]);
    for (const text of published.messages) relayEnvelopeSchema.parse(JSON.parse(text));
    for (const text of published.news) newsEnvelopeSchema.parse(JSON.parse(text));
    expect(published.news.length).toBeGreaterThan(0);
  });
});
