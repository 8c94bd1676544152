import { eventually, Person, until } from '@app/testing';
import type { Locator, Page } from 'playwright-core';
import { fillRoom } from '../measure/history';
import { holdPages } from './support/hold';
import { shoot } from './support/screens';
import { Tab } from './support/tab';
import { post, useWorld } from './support/world';

const MILLION = 1_000_000;
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
  const older = await holdPages(tab.page, 'before');
  await tab.room(/^Ann/).click();
  await tab.sees('Line 200');
  await eventually(async () => expect(await isInSight(tab, tab.line('Line 200'))).toBe(true));

  const beginning = tab.page.getByText('This is the beginning of your conversation with Ann.');
  while (!(await beginning.isVisible())) {
    // What was just loaded may still be finding its height, and move the place again.
    await until(async () => {
      await tab.log.evaluate((log) => log.scrollTo({ top: 0 }));
      return older.isAsked();
    }, 'the request of an older page');
    const oldest = await tab.oldest();
    const before = await bottomOf(tab.line(oldest));
    await older.answer();
    await until(async () => (await tab.oldest()) !== oldest, 'older messages');
    expect(Math.abs((await bottomOf(tab.line(oldest))) - before)).toBeLessThanOrEqual(1);
    await eventually(async () => expect(await tab.log.getByRole('article').count()).toBeLessThan(100));
  }
  await eventually(async () => expect(await tab.allTexts()).toEqual(lines));

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
  await eventually(async () => expect(await isInSight(tab, tab.line('Something new'))).toBe(true));

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
const scrollBy = (tab: Tab, by: number) => tab.log.evaluate((log, by) => log.scrollBy({ top: by }), by);

it('a room with unread messages opens where reading stopped, and marks read what was on the screen', async () => {
  const { tab, other, roomId } = await longRoom('Uma', 250, 100);
  await tab.room(/^Uma/).click();
  const line = tab.page.getByRole('separator', { name: 'New messages' });
  await line.waitFor();
  const first = lineOf(tab, 101);
  await until(() => isInSight(tab, first), 'the first unread message');
  const bar = tab.page.getByRole('region', { name: 'Not read' });
  await bar.getByText(/^\d+ new since \d\d:\d\d$/).waitFor();
  await shoot(tab.page, 'desktop-unread');

  // What is on the screen is read after a second, what is further down is not.
  await until(async () => (await unreadOf(tab, roomId)) < 150, 'what is in sight to be read');
  const left = await unreadOf(tab, roomId);
  expect(left).toBeGreaterThan(100);

  // What is said now is not shown here; the first press of the button goes on, to the end.
  await post(other, roomId, ['Said just now']);
  await tab.button(`${left + 1} new`).waitFor();
  expect(await tab.texts()).not.toContain('Said just now');
  await tab.button(`${left + 1} new`).click();
  await tab.sees('Said just now');
  await eventually(async () => expect(await isInSight(tab, tab.line('Said just now'))).toBe(true));
  // It is read, and what is between is not.
  await bar.getByText(`${left + 1} new`).waitFor();
  await bar.getByRole('button', { name: 'Jump' }).click();
  const next = 250 - left + 1;
  await until(() => isInSight(tab, lineOf(tab, next)), 'the first unread message');
  await tab.page.setViewportSize({ width: 390, height: 844 });
  await until(async () => (await lineOf(tab, next).count()) > 0, 'the message to be there');
  await until(() => isInSight(tab, lineOf(tab, next)), 'the message to stay in sight');
  await shoot(tab.page, 'phone-unread');
  await bar.getByRole('button', { name: 'Mark as read' }).click();
  await bar.waitFor({ state: 'detached' });
  await until(async () => (await unreadOf(tab, roomId)) === 0, 'all to be read');
});

it('what one sends from far up stands in the present', async () => {
  const { tab, roomId } = await longRoom('Wim', 250, 100);
  await tab.room(/^Wim/).click();
  await lineOf(tab, 101).waitFor();
  await tab.say('Back in the present', 'Wim');
  await tab.sees('Back in the present');
  expect(await lineOf(tab, 101).count()).toBe(0);
  await eventually(async () => expect((await tab.texts()).slice(-2)[0]).toMatch(/^250: /));
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
  for (const roomId of rooms.slice(0, -1)) await eventually(async () => expect(await unreadOf(tab, roomId)).toBe(1));
});

it('in a room of a million messages it opens in the middle, and what loads above and below moves nothing', async () => {
  const middle = MILLION / 2;
  const { tab } = await longRoom('Mia', MILLION, middle);
  const { page } = tab;
  const around = await holdPages(page, 'around');
  await tab.room(/^Mia/).click();
  await until(() => around.isAsked(), 'the page around the middle');
  const asked = performance.now();
  await around.answer();
  expect(performance.now() - asked).toBeLessThan(2000);
  const row = lineOf(tab, middle + 1);
  await row.waitFor();
  await until(() => isInSight(tab, row), 'the first unread message');

  const met = new Set<number>();
  for (const [end, by] of [
    ['before', -400],
    ['after', 400],
  ] as const) {
    const pages = await holdPages(page, end);
    for (let round = 0; round < 3; round++) {
      await until(async () => {
        if (!(await pages.isAsked())) await scrollBy(tab, by);
        for (const number of await numbersIn(tab)) met.add(number);
        return pages.isAsked();
      }, `the request of a page ${end}`);
      for (const number of await numbersIn(tab)) met.add(number);
      const { name, place } = await aRowAtRest(tab);
      await pages.answer();
      await twoFrames(page);
      expect(Math.abs((await placeOf(tab, name)) - place)).toBeLessThanOrEqual(1);
    }
  }
  const numbers = [...met].sort((a, b) => a - b);
  expect(numbers.length).toBeGreaterThan(100);
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));

  // A narrower window leaves what one reads in sight.
  const { name } = await aRowAtRest(tab);
  await page.setViewportSize({ width: 800, height: 700 });
  await twoFrames(page);
  expect(await placeOf(tab, name)).not.toBeNaN();

  await page.keyboard.press('Escape');
  await tab.log.getByText(/^1000000: /).waitFor();
});

/** A row in the middle of the screen, by its text, and where it is. */
function aRowInSight(tab: Tab): Promise<{ name: string; place: number }> {
  return tab.log.evaluate((log) => {
    const { top, height } = log.getBoundingClientRect();
    const rows = [...log.querySelectorAll('article')];
    const row = rows.find((row) => row.getBoundingClientRect().top > top + height / 3);
    return {
      name: document.getElementById(row?.getAttribute('aria-describedby') ?? '')?.textContent ?? '',
      place: row?.getBoundingClientRect().bottom ?? Number.NaN,
    };
  });
}

/** As `aRowInSight`, once nothing moves: a row that comes into sight may have another height than was thought. */
async function aRowAtRest(tab: Tab): Promise<{ name: string; place: number }> {
  let [before, now] = [await aRowInSight(tab), await aRowInSight(tab)];
  await until(async () => {
    await twoFrames(tab.page);
    [before, now] = [now, await aRowInSight(tab)];
    return before.name === now.name && before.place === now.place;
  }, 'rows at rest');
  return now;
}

/** The numbers of the messages around what is in sight. */
function numbersIn(tab: Tab): Promise<number[]> {
  return tab.log.evaluate((log) => {
    const { top, bottom } = log.getBoundingClientRect();
    const isNear = (row: Element) => {
      const box = row.getBoundingClientRect();
      return box.bottom > top - 300 && box.top < bottom + 300;
    };
    const rows = [...log.querySelectorAll('article')].filter(isNear);
    return rows.map((row) =>
      Number.parseInt(document.getElementById(row.getAttribute('aria-describedby') ?? '')?.textContent ?? '', 10),
    );
  });
}

/** Where the row with a text ends on the screen. */
function placeOf(tab: Tab, name: string): Promise<number> {
  return tab.log.evaluate((log, name) => {
    const row = [...log.querySelectorAll('article')].find((row) => row.textContent?.includes(name));
    return row?.getBoundingClientRect().bottom ?? Number.NaN;
  }, name);
}

const twoFrames = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

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
