import type { Presence } from '@app/contracts';
import { Cluster, type Ears, Person, startRedis, type TestRedis } from '@app/testing';

/** One Redis has numbered databases, but a single space of pub/sub channels for all of them. */
let redis: TestRedis;
let here: Cluster;
let there: Cluster;
const people: Person[] = [];

beforeAll(async () => {
  redis = await startRedis();
  const env = { PRESENCE_GRACE_MS: '0', PRESENCE_HEARTBEAT_MS: '100', PRESENCE_NEWS_MS: '1' };
  [here, there] = (await Promise.all(
    [0, 1].map((db) => Cluster.start({ redis: { url: `${redis.url}/${db}` }, gateways: 1, env })),
  )) as [Cluster, Cluster];
});
afterEach(() => {
  for (const person of people.splice(0)) person.leave();
});
afterAll(async () => {
  await Promise.all([here?.stop(), there?.stop()]);
  await redis?.stop();
});

async function enter(cluster: Cluster, name: string): Promise<{ person: Person; ears: Ears }> {
  const person = await Person.signIn(cluster.gateway(0).url, name);
  people.push(person);
  return { person, ears: await person.connect({ auth: { protocol: 1 } }) };
}

async function catchUps(cluster: Cluster): Promise<number> {
  const text = await (await fetch(`${cluster.gateway(0).url}/metrics`)).text();
  return Number(/^chat_relay_catch_ups_total\S* (\d+)/m.exec(text)?.[1] ?? 0);
}

describe('two installations in databases of one Redis', () => {
  it.each([
    ['database 0 stays out of database 1', () => [here, there] as const],
    ['database 1 stays out of database 0', () => [there, here] as const],
  ])('all that is told in %s', async (_, clusters) => {
    const [loud, quiet] = clusters();
    const before = await catchUps(quiet);
    const listener = await enter(quiet, 'Pablo');
    const [pablo, joe] = [await enter(loud, 'Pablo'), await enter(loud, 'Joe')];

    await pablo.ears.say('1:2', 'between us');
    await joe.ears.hears('between us');
    for (let n = 1; n <= 20; n += 1) await joe.ears.say('0', `noise ${n}`);
    await joe.ears.call('typing', { roomId: '0' });
    await pablo.ears.next('typing');
    const { seq } = await pablo.ears.hears('noise 20');
    await pablo.ears.call('room.read', { roomId: '0', seq });
    await pablo.ears.next('room.read');
    joe.ears.socket.disconnect();
    await pablo.ears.next('presence', (changes) => changes.some((change: Presence) => !change.online));
    // The signed-out session's sockets end on all gateways; the hash names it, and the other installation has the same secret.
    await pablo.person.request('DELETE', '/api/session');

    // Redis tells everything in one order: what comes after all of it shows that nothing of it came.
    await listener.ears.say('0', 'after all that');
    await listener.ears.hears('after all that');
    const told = listener.ears.heard.map(({ event }) => event).filter((event) => event !== 'presence');
    expect(told).toEqual(['hello', 'message']);
    const others = listener.ears
      .of('presence')
      .flat()
      .filter(({ id, online }: Presence) => id !== '1' || !online);
    expect(others).toEqual([]);
    expect(listener.ears.socket.connected).toBe(true);
    expect(await catchUps(quiet)).toBe(before);
  });
});
