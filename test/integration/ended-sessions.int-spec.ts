import { keys, type Redis } from '@app/redis';
import { Cluster, type Ears, Person, startRedis, type TestRedis, until } from '@app/testing';
import { RawPolling, RawSocket } from './raw-engine';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let ears: Ears;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, env: { SESSION_CHECK_MS: '1000000', CONNECT_TIMEOUT_MS: '5000' } });
  ears = await (await Person.signIn(url(), 'Pablo')).connect();
});
afterAll(async () => {
  ears?.socket.disconnect();
  await cluster?.stop();
  await redis?.stop();
});

const url = (gateway = 0) => cluster.gateway(gateway).url;
const somebody = () => Person.signIn(url(), 'Joe');
const cookie = (person: Person) => ({ cookie: person.cookie });
const sessionKey = (person: Person) => keys.session(person.sessionId);
const REFUSED = '44{"message":"unauthorized","data":{"code":"unauthorized","message":"Not signed in"}}';
const JOIN = '40{"protocol":1}';
/** A message that nobody may hear. */
const FORGED = '421["message",{"roomId":"0","message":"forged","clientId":"forged-message"}]';

const ENDINGS: [how: string, end: (person: Person) => Promise<unknown>][] = [
  ['signed out elsewhere', (person) => person.at(url(1)).request('DELETE', '/api/session')],
  ["signed out by the demo's route", (person) => person.at(url(1)).post('/logout')],
  ['ended from another device', async () => (await Person.signIn(url(1), 'Joe')).request('DELETE', '/api/sessions')],
  ['replaced by a new sign-in', (person) => person.post('/api/session', { username: 'Mary', password: 'password123' })],
];
const STAGES: [stage: string, (raw: RawSocket) => Promise<unknown>][] = [
  ['that has not joined', async () => undefined],
  ['that has joined', (raw) => raw.join()],
];

describe.each(ENDINGS)('a session %s', (_how, end) => {
  it.each(STAGES)('takes a connection %s with it', async (_stage, prepare) => {
    const person = await somebody();
    const raw = await RawSocket.open(url(), cookie(person));
    await prepare(raw);
    await end(person.at(url()));
    await raw.closed();
    expect(raw.heard.filter((packet) => packet.startsWith('42["message"'))).toEqual([]);
  });

  it('takes a polling connection with it', async () => {
    const person = await somebody();
    const polling = await RawPolling.open(url(), cookie(person));
    await polling.post(JOIN);
    await polling.hears('40{');
    await end(person.at(url()));
    await until(async () => (await polling.post(FORGED)).status >= 400, 'the connection to be refused');
  });

  it('lets nobody in any more, neither over WebSocket nor polling', async () => {
    const person = await somebody();
    const headers = cookie(person);
    await end(person.at(url()));
    const raw = (await RawSocket.open(url(), headers)).send(JOIN);
    expect(await raw.hears('44')).toBe(REFUSED);
    await raw.closed();
    const polling = await RawPolling.open(url(), headers);
    await polling.post(JOIN);
    expect(await polling.hears('44')).toBe(REFUSED);
    await until(async () => (await polling.poll()).status === 400, 'the connection to be forgotten');
  });
});

describe('a session that is gone, and nobody said so', () => {
  it('is noticed at the next CONNECT', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const raw = await RawSocket.open(url(), cookie(one));
    const polling = await RawPolling.open(url(), cookie(other));
    await data.del(sessionKey(one), sessionKey(other));
    raw.send(JOIN);
    expect(await raw.hears('44')).toBe(REFUSED);
    await raw.closed();
    expect((await polling.post(JOIN)).status).toBe(401);
  });

  it('is noticed by the check, whether its connection has joined or not', async () => {
    const watchful = await cluster.spawn('gateway', { SESSION_CHECK_MS: '100' });
    const [one, other] = [await somebody(), await somebody()];
    const waiting = await RawSocket.open(watchful.url, cookie(one));
    const joined = await (await RawSocket.open(watchful.url, cookie(other))).join();
    await data.del(sessionKey(one), sessionKey(other));
    await Promise.all([waiting.closed(), joined.closed()]);
    await watchful.end();
  });
});

describe('a connection', () => {
  it.each([
    ['leaves', '41'],
    ['leaves the default namespace by its name', '41/,'],
    ['asks for another namespace', '40/other,'],
    ['asks for another namespace with a query', '40/?x=1,'],
    ['leaves one where it never was', '41/other,'],
    ['joins twice', JOIN],
    ['joins after it left', '41', JOIN],
    ['asks to join after it was refused', '40/other,', JOIN],
    ['says that it was refused', '44{}'],
  ])('that %s is closed', async (_what, ...packets) => {
    const raw = await (await RawSocket.open(url(), cookie(await somebody()))).join();
    raw.send(...packets);
    await raw.closed();
    expect(raw.heard.filter((packet) => packet.startsWith('40{'))).toHaveLength(1);
  });

  it('that joins twice at once is closed, and was never two', async () => {
    const person = await somebody();
    const raw = await RawSocket.open(url(), cookie(person));
    raw.send(...Array.from({ length: 20 }, () => JOIN));
    await raw.closed();
    const polling = await RawPolling.open(url(), cookie(person));
    await polling.post(Array.from({ length: 20 }, () => JOIN).join('\x1e'));
    await until(async () => (await polling.poll()).status === 400, 'the connection to be forgotten');
    await until(async () => (await data.hlen(keys.onlineUser(person.id))) === 0, 'nobody online');
  });

  it('that never joins is closed', async () => {
    const impatient = await cluster.spawn('gateway', { CONNECT_TIMEOUT_MS: '200' });
    for (const headers of [cookie(await somebody()), {}]) await (await RawSocket.open(impatient.url, headers)).closed();
    const lines = () => impatient.logs.match(/"event":"request.refused".*"reason":"did not join in time"/g) ?? [];
    await until(() => lines().length === 2, 'a line of each');
    // Who goes by themselves is nobody's business.
    const raw = await RawSocket.open(impatient.url, {});
    raw.socket.close();
    await raw.closed();
    await impatient.end();
    expect(lines()).toHaveLength(2);
  });

  it.each([
    ['Engine.IO 3', 'EIO=3'],
    ['no version', 'x=1'],
    ['JSONP', 'EIO=4&j=0'],
  ])('by %s is refused', async (_what, query) => {
    const headers = cookie(await somebody());
    expect(await RawSocket.refused(url(), headers, query)).toMatchObject({ status: 400, body: { code: 'invalid' } });
    const response = await fetch(`${url()}/socket.io/?${query}&transport=polling`, { headers });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid' }]);
  });

  it('is for the session that opened it alone', async () => {
    const [person, other] = [await somebody(), await Person.signIn(url(), 'Mary')];
    const polling = await RawPolling.open(url(), cookie(person));
    await polling.post(JOIN);
    await polling.hears('40{');
    const secondSession = await somebody();
    for (const headers of [{ cookie: '' }, cookie(other), cookie(secondSession), { cookie: `${person.cookie}x` }]) {
      for (const response of [await polling.post(FORGED, headers), await polling.poll(headers)]) {
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ code: 'unauthorized' });
      }
      const query = `EIO=4&sid=${polling.sid}`;
      expect(await RawSocket.refused(url(), headers, query)).toMatchObject({
        status: 401,
        body: { code: 'unauthorized' },
      });
    }
    expect((await polling.post('3')).status).toBe(200);
    await polling.hears('42["hello"');
    expect(ears.texts()).not.toContain('forged');
  });

  it('is cut off from a visitor who signs in meanwhile', async () => {
    const polling = await RawPolling.open(url(), {});
    const headers = cookie(await somebody());
    await polling.post(JOIN, headers);
    expect(await polling.hears('44')).toBe(REFUSED);
  });
});
