import { type Ears, Person, passwordOf, until } from '@app/testing';
import type { Page } from 'playwright-core';
import { barriers } from './support/accessibility';
import { fillAsTheDemo, TEAM } from './support/demo-database';
import { hold } from './support/hold';
import { contrastOf, DESKTOP, PHONE, SMALL_PHONE, shoot } from './support/screens';
import { Tab } from './support/tab';
import { GATEWAY_AWAY, useWorld } from './support/world';

const MAX_LENGTH = 400;
const world = useWorld({ fill: (redis) => fillAsTheDemo(redis, TEAM), env: { MAX_MESSAGE_LENGTH: `${MAX_LENGTH}` } });
let yuki: Ears;
let others: Ears[];

beforeAll(async () => {
  const people = await Promise.all(['Yuki', 'Joe', 'Mary', 'Priya'].map((name) => Person.signIn(world.at(1), name)));
  [yuki, ...others] = (await Promise.all(people.map((person) => person.connect()))) as [Ears, ...Ears[]];
});
afterAll(() => {
  for (const { socket } of [yuki, ...others]) socket.disconnect();
});

describe.each([
  { look: 'desktop', options: DESKTOP },
  { look: 'phone', options: PHONE },
])('every screen, on a $look', ({ look, options }) => {
  const isPhone = look === 'phone';
  const shot = (tab: Tab, name: string) => shoot(tab.page, `${look}-${name}`);
  const visit = (...expected: RegExp[]) => world.browser.visitor(world.at(0), { ...options, expected });
  const showPeople = async (tab: Tab) => {
    if (isPhone) await tab.button('Show people').click();
  };

  it('before somebody is signed in', async () => {
    const tab = await Tab.open(await visit(/status of 401/, /ERR_FAILED/));
    await tab.button('Pablo').waitFor();
    await shot(tab, 'sign-in');
    await tab.fillIn('Pablo', 'wrong');
    await tab.page.getByText('User name and password do not match.').waitFor();
    await shot(tab, 'sign-in-refused');
    await tab.button('Create an account').click();
    await shot(tab, 'register');

    await tab.page.route('**/api/session', (route) => route.abort());
    await tab.page.reload();
    await tab.button('Try now').waitFor();
    await shot(tab, 'unreachable');
  });

  it('in the chat', async () => {
    const visitor = await visit(/status of 401/);
    const tab = await Tab.enter(visitor, 'Pablo');
    await tab.room(/^Joe online/).waitFor();
    await yuki.say('1:5', 'One more thing before the review, do you have a minute?');
    await tab.room(/^Yuki online \d new/).waitFor();
    if (isPhone) {
      await shot(tab, 'rooms');
      await tab.room(/^General/).click();
    }
    await tab.sees('See you there!');
    await tab.field().fill("I'll bring the coffee");
    await whileTyping(async () => {
      await tab.page.getByText(/^(Mary and Priya|Priya and Mary) are typing…$/).waitFor();
      await shot(tab, 'general');
    });
    if (isPhone) {
      await tab.button('Show people').click();
      await tab.person('Mary', 'Online').waitFor();
      await shot(tab, 'people');
    }
    await tab.person('Mary', 'Online').click();
    await tab.sees('Done');
    await shot(tab, 'private');

    await showPeople(tab);
    await tab.person('Zoë', 'Offline').click();
    await tab.page.getByText('Write the first message.').waitFor();
    await shot(tab, 'private-empty');
    await tab.field('Zoë').fill('A '.repeat(MAX_LENGTH));
    await tab.page.getByText('Too long').waitFor();
    await shot(tab, 'too-long');

    // Nothing is left of it that could be stored.
    await tab.say('\u0007', 'Zoë');
    await tab.page.getByText('Not sent. The message must not be empty.').waitFor();
    await shot(tab, 'not-sent');
    await tab.button('Discard').click();
    await tab.page.getByText('Not sent.').waitFor({ state: 'detached' });

    await visitor.context.request.delete('/api/session');
    await tab.page.getByText('Your session has ended.').waitFor();
    await shot(tab, 'session-ended');
  });

  it('while the gateway is away', async () => {
    const tab = await Tab.enter(await visit(...GATEWAY_AWAY), 'Pablo');
    await tab.room(/^Joe online/).waitFor();
    if (isPhone) await tab.room(/^General/).click();
    await tab.sees('See you there!');
    try {
      await world.cluster.gateway(0).end('SIGKILL');
      await tab.say('Sent from the train');
      await tab.say('Right before the tunnel');
      await tab.line('Right before the tunnel').getByRole('img', { name: 'Sending' }).waitFor();
      await tab.page.getByRole('status', { name: 'Connection' }).getByText('2 messages will be sent').waitFor();
      await shot(tab, 'reconnecting');
    } finally {
      // Before it is back, so that what waits is never sent.
      await world.browser.clear().finally(() => world.cluster.restartGateway(0));
    }
  });
});

/** Mary and Priya write in General for as long as something takes. */
async function whileTyping(action: () => Promise<void>): Promise<void> {
  const type = () => others.slice(1).map((person) => person.call('typing', { roomId: '0' }));
  type();
  const timer = setInterval(type, 1000);
  try {
    await action();
  } finally {
    clearInterval(timer);
  }
}

describe.each([
  { look: 'desktop', options: DESKTOP },
  { look: 'phone', options: PHONE },
])('the API reference, on a $look', ({ look, options }) => {
  it.each([
    { page: '/api/docs', word: 'api/sync', found: 'What was missed since positions' },
    { page: '/api/docs/events', word: 'typing', found: 'typing' },
  ])('$page searches, bars nobody and loads nothing from elsewhere', async ({ page, word, found }) => {
    const visitor = await world.browser.visitor(world.at(0), options);
    const asked: string[] = [];
    visitor.context.on('request', (request) => asked.push(request.url()));
    const docs = await visitor.open(page);
    await docs.getByRole('heading', { name: /^redis-chat/ }).waitFor();
    if (look === 'phone') await docs.getByRole('button', { name: 'Open navigation menu' }).tap();
    await docs.getByText('Search Ctrl+K').waitFor();
    if (look === 'phone') await docs.getByText('Search Ctrl+K').tap();
    else await docs.keyboard.press('Control+k');
    await docs.getByRole('textbox').or(docs.getByRole('searchbox')).fill(word);
    await docs.locator('[data-component-name="Search/SearchItem"]').first().waitFor();
    await docs.keyboard.press('ArrowDown');
    await docs.keyboard.press('Enter');
    const place = docs.getByRole('heading', { name: found }).first();
    await place.waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await docs.emulateMedia({ colorScheme });
      await docs.reload();
      await place.waitFor();
      expect(await docs.locator('html').getAttribute('class')).toBe(colorScheme);
      expect(await barriers(docs)).toEqual([]);
    }
    expect(await docs.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(asked.filter((url) => !/^data:/.test(url) && new URL(url).origin !== world.at(0))).toEqual([]);
  });
});

it.each([
  { look: 'tablet', viewport: { width: 820, height: 1180 } },
  { look: 'wide', viewport: { width: 1920, height: 1080 } },
])('the chat on a $look', async ({ look, viewport }) => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), { viewport }), 'Pablo');
  await tab.sees('See you there!');
  await shoot(tab.page, `${look}-general`);
  if (look === 'wide') return;
  await tab.button('Show people').click();
  await tab.person('Mary', 'Online').waitFor();
  await shoot(tab.page, `${look}-people`);
});

it('what one reads and what one writes stand in one column', async () => {
  const viewport = { width: 1920, height: 1080 };
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), { viewport }), 'Pablo');
  await tab.sees('See you there!');
  const [message, box] = [tab.log.getByRole('article').last(), tab.field().locator('..')];
  const [read, written] = [await message.boundingBox(), await box.boundingBox()];
  expect(Math.abs((read?.x ?? 0) - (written?.x ?? 0))).toBeLessThanOrEqual(0.5);
  expect(Math.abs((read?.width ?? 0) - (written?.width ?? 0))).toBeLessThanOrEqual(0.5);
});

it('names that come late move no text', async () => {
  const tab = await Tab.open(await world.browser.visitor(world.at(0), { expected: [/status of 401/] }));
  await tab.fillIn('Zoë', passwordOf('Zoë'));
  await tab.sees('See you there!');
  const names = await hold(tab.page, /\/api\/users\?/);
  await tab.page.reload();
  await tab.sees('See you there!');
  await until(async () => names.isAsked, 'names to be asked for');
  const author = tab.page.getByRole('article', { name: /^Alex/ }).first();
  expect(await author.count()).toBe(0);
  const before = await placesOfTexts(tab.page);
  names.answer();
  await author.waitFor();
  const after = await placesOfTexts(tab.page);
  // Names and what is written only with one may come; nothing else changes.
  expect(before.filter(({ text }) => /\S/.test(text) && !after.some((one) => one.text === text))).toEqual([]);
  const moved = before.filter((one) =>
    after.some(({ text, x, y }) => text === one.text && (x !== one.x || y !== one.y)),
  );
  expect(moved).toEqual([]);
});

/** Where each text stands that was said or is previewed. */
function placesOfTexts(page: Page): Promise<{ text: string; x: number; y: number }[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('article [id] *, nav a span, article time')].flatMap((element) => {
      if (element.childElementCount > 0) return [];
      const { x, y, width } = element.getBoundingClientRect();
      const of = element.closest('article')?.getAttribute('data-index') ?? '';
      return width === 0 ? [] : [{ text: `${of} ${element.textContent}`, x, y }];
    }),
  );
}

it('a phone of 320 px shows one pane at a time, finds back, and everything fits', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), SMALL_PHONE), 'Mary');
  await tab.room(/^Pablo/).tap();
  await tab.field('Pablo').waitFor();
  expect(await tab.rooms.count()).toBe(0);
  const long = `${'Donaudampfschifffahrts'.repeat(4)} https://example.com/${'a'.repeat(120)}`;
  await tab.say(long, 'Pablo');
  await tab.sees(long);
  await shoot(tab.page, 'phone-small');
  const composer = await tab.field('Pablo').boundingBox();
  expect((composer?.y ?? 0) + (composer?.height ?? 0)).toBeLessThanOrEqual(568);

  await tab.button('Show people').tap();
  expect(await tab.log.count()).toBe(0);
  await tab.person('Joe').tap();
  await tab.field('Joe').waitFor();
  await tab.say('From a small screen', 'Joe');
  await tab.sees('From a small screen');
  await tab.page.goBack();
  await tab.field('Pablo').waitFor();
  await tab.button('Back to rooms').tap();
  await tab.room(/^Joe/).waitFor();
  expect(await tab.log.count()).toBe(0);
  await shoot(tab.page, 'phone-small-rooms');
});

it.each(['light', 'dark'] as const)('can be read in the %s', async (colorScheme) => {
  const tab = await Tab.open(await world.browser.visitor(world.at(0), { colorScheme }));
  await isReadable(tab.page, ['h1', 'label', 'form button[type=submit]', 'form ~ p', 'form ~ p button']);
  await tab.fillIn('Joe', 'password123');
  await tab.sees('See you there!');
  const words = ['article p', 'article span:not([aria-hidden])', 'article time', 'h1', 'header p', 'textarea'];
  await isReadable(tab.page, [...words, 'nav h2', 'nav a[aria-current] span[dir]', 'nav a time', 'section h3']);
  const ground = await tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(/\d+/.exec(ground)?.[0]).toMatch(colorScheme === 'dark' ? /^\d\d$/ : /^2\d\d$/);
});

/** Text stands out from its ground as WCAG AA asks. */
async function isReadable(page: Page, selectors: string[]): Promise<void> {
  for (const selector of selectors) await page.locator(selector).first().waitFor();
  const contrasts = await Promise.all(selectors.map(async (words) => ({ words, is: await contrastOf(page, words) })));
  expect(contrasts.filter((contrast) => contrast.is < 4.5)).toEqual([]);
}
