import { Person, until } from '@app/testing';
import type { Locator, Page, Route } from 'playwright-core';
import { fillRoom } from '../measure/history';
import { shoot } from './support/screens';
import { Tab } from './support/tab';
import { post, useWorld } from './support/world';

const world = useWorld();

it('counts what is unread, the same in every tab and at every gateway, until it is read in one of them', async () => {
  const visitor = await world.browser.visitor(world.at(0));
  const tab = await Tab.enter(visitor, 'Pablo');
  const other = await Tab.open(visitor, `${world.at(1)}/chat/0`);
  const nora = await Person.register(world.at(1), 'Nora');
  try {
    await nora.connect();
    const me = (await (await visitor.context.request.get('/api/session')).json()).user.id;
    const { id } = (await nora.post('/api/rooms', { userId: me })).body;
    await post(nora, id, ['Are you there?', 'It can wait']);
    for (const each of [tab, other]) await each.room('Nora online 2 new').waitFor();
    await other.page.reload();
    await other.room('Nora online 2 new').waitFor();

    await tab.room('Nora online 2 new').click();
    await tab.page.getByRole('separator', { name: 'New' }).waitFor();
    for (const each of [tab, other]) await each.rooms.getByRole('link', { name: 'Nora online', exact: true }).waitFor();
  } finally {
    nora.leave();
  }
});

it('a long history loads on the way up without a jump, and new messages do not pull one down', async () => {
  const ann = await Person.register(world.at(1), 'Ann');
  const { body: room } = await ann.post('/api/rooms', { userId: '1' });
  const lines = Array.from({ length: 200 }, (_, i) => `Line ${i + 1}`);
  await post(ann, room.id, lines);
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  // All of it was read, elsewhere.
  expect((await tab.page.request.put(`/api/rooms/${room.id}/read`, { data: { seq: 200 } })).ok()).toBe(true);
  await tab.rooms.getByRole('link', { name: 'Ann offline', exact: true }).waitFor();
  const older = await hold(tab.page, /\/messages\?.*before=/);
  await tab.room(/^Ann/).click();
  await tab.sees('Line 200');
  expect(await isInSight(tab, tab.line('Line 200'))).toBe(true);

  const beginning = tab.page.getByText('This is the beginning of your conversation with Ann.');
  while (!(await beginning.isVisible())) {
    // What was just loaded may still be finding its height, and move the place again.
    await until(async () => {
      await tab.log.evaluate((log) => log.scrollTo({ top: 0 }));
      return older.isAsked;
    }, 'the request of an older page');
    const oldest = await tab.oldest();
    const before = await bottomOf(tab.line(oldest));
    older.answer();
    await until(async () => (await tab.oldest()) !== oldest, 'older messages');
    expect(Math.abs((await bottomOf(tab.line(oldest))) - before)).toBeLessThanOrEqual(1);
    expect(await tab.log.getByRole('article').count()).toBeLessThan(100);
  }
  expect(await tab.allTexts()).toEqual(lines);

  const line = tab.page.getByRole('separator', { name: 'New messages' });
  await tab.log.evaluate((log) => log.scrollTo({ top: 150 }));
  const before = await bottomOf(tab.line('Line 3'));
  await post(ann, room.id, ['Something new']);
  await tab.button('1 new').waitFor();
  // What comes with the first such message moves nothing either.
  await tab.page.getByText('Get notified of messages to you?').waitFor();
  expect(Math.abs((await bottomOf(tab.line('Line 3'))) - before)).toBeLessThanOrEqual(1);
  await shoot(tab.page, 'desktop-new-below');
  await tab.button('1 new').click();
  await tab.button('1 new').waitFor({ state: 'detached' });
  expect(await isInSight(tab, tab.line('Something new'))).toBe(true);

  const [lineBox, newBox] = [await line.boundingBox(), await tab.line('Something new').boundingBox()];
  expect(lineBox?.y).toBeLessThan(newBox?.y ?? 0);
  await shoot(tab.page, 'desktop-new-line');
  await tab.page.keyboard.press('Escape');
  await line.waitFor({ state: 'detached' });
});

/** A room of Pablo's and somebody new with so many messages, stored as the messages service stores them. */
async function longRoom(name: string, count: number, read: number) {
  const visitor = await world.browser.visitor(world.at(0));
  const tab = await Tab.enter(visitor, 'Pablo');
  const other = await Person.register(world.at(1), name);
  const { body: room } = await other.post('/api/rooms', { userId: '1' });
  await post(other, room.id, ['to be replaced']);
  const redis = await world.redis.connect();
  await redis.del(`room:${room.id}`);
  await fillRoom(redis, room.id, count, [other.id, other.id]);
  redis.disconnect();
  const { status } = await visitor.context.request
    .put(`/api/rooms/${room.id}/read`, { data: { seq: read } })
    .then((answer) => ({ status: answer.status() }));
  expect(status).toBe(200);
  await tab.page.reload();
  await tab.room(new RegExp(`^${name}`)).waitFor();
  return { tab, other, roomId: room.id as string };
}

const unreadOf = async (tab: Tab, roomId: string): Promise<number> => {
  const { rooms } = await (await tab.page.request.get('/api/rooms')).json();
  const { seq, read } = rooms.find(({ id }: { id: string }) => id === roomId);
  return seq - read;
};
const lineOf = (tab: Tab, seq: number) =>
  tab.log.getByRole('article').filter({ has: tab.page.getByText(new RegExp(`^${seq}: `)) });

it('what one sends from far up stands in the present', async () => {
  const { tab, roomId } = await longRoom('Wim', 250, 100);
  await tab.room(/^Wim/).click();
  await lineOf(tab, 101).waitFor();
  await tab.say('Back in the present', 'Wim');
  await tab.sees('Back in the present');
  expect(await lineOf(tab, 101).count()).toBe(0);
  expect((await tab.texts()).slice(-2)[0]).toMatch(/^250: /);
  expect(await unreadOf(tab, roomId)).toBe(0);
});

it('rooms that one only passes by stay unread', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const people = await Promise.all(['P1', 'P2', 'P3', 'P4'].map((name) => Person.register(world.at(1), name)));
  const rooms: string[] = [];
  for (const person of people) {
    const { body: room } = await person.post('/api/rooms', { userId: '1' });
    await post(person, room.id, ['Look here']);
    rooms.unshift(room.id);
  }
  await tab.room(/^P1 /).waitFor();
  await tab.page.keyboard.down('Alt');
  for (const _ of rooms) await tab.page.keyboard.press('ArrowDown');
  await tab.page.keyboard.up('Alt');
  const last = rooms.at(-1) ?? '';
  await until(async () => (await unreadOf(tab, last)) === 0, 'the room one stays in to be read');
  for (const roomId of rooms.slice(0, -1)) expect(await unreadOf(tab, roomId)).toBe(1);
});

/** Keeps a page's requests waiting until they are to be answered. */
async function hold(page: Page, url: RegExp) {
  const waiting: Route[] = [];
  await page.route(url, (route) => {
    waiting.push(route);
  });
  return {
    url,
    get isAsked() {
      return waiting.length > 0;
    },
    answer() {
      for (const route of waiting.splice(0)) void route.continue();
    },
  };
}

/** Where the text of a line ends: above it, a name goes when more of its sender comes before. */
async function bottomOf(line: Locator): Promise<number> {
  const look = async () => {
    const box = await line.boundingBox();
    return box ? box.y + box.height : Number.NaN;
  };
  // Scrolling and what it sets off take frames of their own: two looks in a row that agree are the place.
  let [before, now] = [Number.NaN, await look()];
  await until(async () => {
    [before, now] = [now, await look()];
    return before === now;
  }, 'a line that stays in its place');
  return now;
}

/** Whether all of a message can be seen. */
async function isInSight(tab: Tab, row: Locator): Promise<boolean> {
  const [line, log] = [await row.boundingBox(), await tab.log.boundingBox()];
  if (!line || !log) return false;
  return line.y >= log.y && line.y + line.height <= log.y + log.height;
}
