import { type Message, revOf } from '@app/contracts';
import { keys } from '@app/redis';
import { refusedAs, Stores } from './spec-support/stores';

let stores: Stores;
let ours: Message;

beforeAll(async () => {
  stores = await Stores.start();
});
afterAll(() => stores?.stop());
beforeEach(async () => {
  await stores.redis.flushall();
  ours = await stores.send('0', 'as it was sent');
  await stores.send('0', 'the next');
});

/** Stores what a demo server's client sent, as such a server does: as JSON.stringify spells it, under the date in it. */
const forge = (values: object[], date: number | string = ours.date) =>
  stores.redis.zadd(keys.room('0'), ...values.flatMap((value) => [String(date), JSON.stringify(value)]));
/** Under the seq and date of one of ours, with other fields. */
const like = ({ seq, from, date, roomId }: Message, more: object) => ({
  seq,
  from,
  date,
  message: 'forged',
  roomId,
  ...more,
});
const many = (n: number) =>
  Array.from({ length: n }, (_, i) => like(ours, { from: i % 2 ? `9${i}` : `0${i}`, clientId: `forged-${i}` }));

describe("under the seq and date of one of ours, a demo server's message", () => {
  it.each([1, 63, 64, 65, 700])('hides nothing, however many there are (%i)', async (n) => {
    await forge(many(n));
    const { seq, id, roomId } = ours;
    expect(await stores.get('1', id)).toEqual(ours);
    const [answer = ''] = await stores.history.sync([{ roomId, seq: seq ?? 0, id, rev: 0 }], 10);
    expect(JSON.parse(answer)).toMatchObject({ status: 'ok', messages: [{ message: 'the next' }] });
    const edited = await stores.edited(ours, 'edited');
    await forge(many(n));
    expect(await stores.send('0', 'again', '1', ours.clientId)).toEqual(edited);
    expect(await stores.remove(edited)).toMatchObject({ id, message: '' });
  });

  it('hides nothing for longer than it takes to clear so many away', async () => {
    for (let i = 0; i < 20; i++) {
      await forge(many(1000).map((value) => ({ ...value, message: `forged ${i}` })));
    }
    let tries = 0;
    for (let found = false; !found; ) {
      found = await stores.get('1', ours.id).then(
        () => true,
        () => false,
      );
      tries += 1;
      expect(tries).toBeLessThan(5);
    }
    // Those behind it hide nothing.
    expect(await stores.redis.zcount(keys.room('0'), ours.date, ours.date)).toBe(10_001);
  });

  it('gives its author no right to ours', async () => {
    const impostor = like(ours, { from: '9' });
    await forge([impostor, like(ours, { rev: 7, from: '9' }), { ...impostor, clientId: ours.clientId }]);
    await expect(stores.edit(ours, 'taken over', '9')).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.edit(ours, 'taken over', '9', 7)).rejects.toEqual(refusedAs('forbidden'));
    await expect(stores.remove(ours, '9')).rejects.toEqual(refusedAs('forbidden'));
    expect(await stores.get('1', ours.id)).toEqual(ours);
  });

  it('is not taken for ours where it is read, whatever it says of itself', async () => {
    const state = await stores.edited(ours, 'edited');
    const forged = [
      like(ours, { rev: 999_999 }),
      like(ours, { deleted: { by: '1', date: ours.date } }),
      like(ours, { message: `"date":${ours.date.toFixed(6)}` }),
      { ...like(ours, {}), x: { date: ours.date } },
    ];
    await forge(forged);
    const page = await stores.allOf('0');
    expect(page.filter(({ seq }) => seq === ours.seq)).toEqual([state]);
    expect(page.filter(({ id }) => id === ours.id)).toEqual([state]);
    // Found again by its place.
    const around = JSON.parse((await stores.history.page('0', { around: ours.id }, 4)).text);
    expect(around.messages.filter(({ id }: Message) => id === ours.id)).toEqual([state]);
  });

  it('leaves what else a demo server stored at that date', async () => {
    const foreign = { from: 1, date: ours.date, message: 'foreign', roomId: '0' };
    await forge([foreign, { zzz: 1, ...foreign }, ...many(3)]);
    expect(await stores.edited(ours, 'edited')).toMatchObject({ rev: 3 });
    const messages = (await stores.allOf('0')).map(({ message }) => message);
    expect(messages.filter((message) => message === 'foreign')).toHaveLength(2);
  });
});

it('dates end with a digit that no demo server writes, and still grow', async () => {
  const sent = await Promise.all(Array.from({ length: 50 }, (_, i) => stores.send('0', `line ${i}`)));
  const dates = sent.sort((a, b) => revOf(a) - revOf(b)).map(({ id }) => Number(id.split('-')[2]));
  expect(dates.every((date) => date % 10 === 0)).toBe(true);
  expect(dates.every((date, i) => i === 0 || date > (dates[i - 1] ?? 0))).toBe(true);
});
