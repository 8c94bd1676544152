import { eventually, Person, until } from '@app/testing';
import type { Page } from 'playwright-core';
import { DESKTOP, PHONE, shoot } from './support/screens';
import { Tab } from './support/tab';
import { CHANGES, changeTexts } from './support/translation';
import { useWorld } from './support/world';

const world = useWorld();

/** The longest time that anything on a page moves or fades, in ms. */
const slowest = (page: Page) =>
  page.evaluate(() => {
    const times = [...document.querySelectorAll('*')].flatMap((element) =>
      [undefined, '::before', '::after'].flatMap((part) => {
        const { transitionDuration, animationDuration } = getComputedStyle(element, part);
        return `${transitionDuration},${animationDuration}`.split(',').map((time) => 1000 * Number.parseFloat(time));
      }),
    );
    return Math.max(...times);
  });

it.each([
  ['reduce', 0, 1],
  ['no-preference', 2, 150],
] as const)('where motion is %s, nothing takes longer than that', async (reducedMotion, least, most) => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), { reducedMotion }), 'Pablo');
  await tab.field().waitFor();
  const inChat = await slowest(tab.page);
  await tab.button('Settings').click();
  await tab.page.getByRole('switch', { name: 'Sound' }).waitFor();
  for (const is of [inChat, await slowest(tab.page)]) {
    expect(is).toBeGreaterThanOrEqual(least);
    expect(is).toBeLessThanOrEqual(most);
  }
});

it('has landmarks and one heading, and reads out what others write, when there is time', async () => {
  const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const joe = await Tab.enter(await world.browser.visitor(world.at(1)), 'Joe');
  await pablo.rooms.waitFor();
  await pablo.page.getByRole('main', { name: 'General' }).waitFor();
  await pablo.page.getByRole('region', { name: 'People' }).waitFor();
  await eventually(async () => expect(await pablo.page.getByRole('heading', { level: 1 }).count()).toBe(1));

  await pablo.say('What I write is none of my news');
  await joe.say('Read **me** out');
  const polite = pablo.page.locator('main [aria-live="polite"]');
  await polite.getByText('Joe: Read me out', { exact: true }).waitFor();
  expect(await polite.getByText('none of my news').count()).toBe(0);
});

it('shows where the focus is, and the exact time of a message that has it or the mouse', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  await tab.say('When was that?');
  await tab.sees('When was that?');
  const exact = tab.line('When was that?').locator('time').last();
  await eventually(async () => expect(await exact.getAttribute('title')).toMatch(/\d\d:\d\d:\d\d/));
  const isShown = () => exact.evaluate((time) => getComputedStyle(time).opacity === '1');
  expect(await isShown()).toBe(false);
  await tab.line('When was that?').hover();
  await until(isShown, 'the time');
  await tab.page.mouse.move(0, 0);
  await until(async () => !(await isShown()), 'the time to go');

  const unseen = new Set<string>();
  let byFocus = false;
  for (let presses = 0; presses < 24; presses++) {
    await tab.page.keyboard.press('Tab');
    const element = await tab.page.evaluate(() => {
      const { activeElement } = document;
      if (activeElement === null || activeElement === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
      return outlineStyle === 'none' || outlineWidth === '0px' ? activeElement.outerHTML.slice(0, 80) : undefined;
    });
    if (element) unseen.add(element);
    if (await tab.line('When was that?').and(tab.page.locator(':focus')).count()) byFocus = await isShown();
  }
  expect(byFocus).toBe(true);
  // The field where one writes shows it by the border of its box.
  expect([...unseen].filter((html) => !html.startsWith('<textarea'))).toEqual([]);
});

it.each(CHANGES)('stays whole, and says what is true, where a program has %s its texts', async (change) => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const joe = await Person.signIn(world.at(1), 'Joe');
  const ears = await joe.connect();
  const { page } = tab;
  const title = page.getByRole('heading', { level: 1 });
  const main = page.getByRole('main');
  const letters = (text: string) => new RegExp(`^${text}$`);
  await tab.field().waitFor();
  await changeTexts(page, change);
  try {
    await tab.say('Here is [a link](https://example.com/a) and `code`, **bold** and https://example.com/b');
    await tab.room(/^Joe/).or(tab.person('Joe')).first().click();
    await tab.field('Joe').waitFor();
    if (change !== 'removed')
      await until(async () => letters('Joe').test((await title.textContent()) ?? ''), 'the title');
    await ears.call('typing', { roomId: '1:2' });
    if (change !== 'removed') await main.getByText('Joe is typing…').waitFor();
    await ears.say('1:2', `I was typing: ${change}`);
    await tab.sees(`I was typing: ${change}`);
    // Nothing stays of a text that is over.
    await until(async () => !(await main.textContent())?.includes('is typing'), 'the end of typing');
    await tab.room(/^General/).click();
    await tab.field().waitFor();
    if (change !== 'removed')
      await until(async () => letters('General').test((await title.textContent()) ?? ''), 'the title again');
    await tab.button('Emoji').click();
    await page.getByRole('combobox', { name: 'Find an emoji' }).fill('party pop');
    await page.getByRole('option', { name: 'party popper', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+k');
    const switcher = page.getByRole('combobox', { name: 'Room or person' });
    for (const text of ['mar', 'qqq', '']) await switcher.fill(text);
    await page.keyboard.press('Escape');
    await switcher.waitFor({ state: 'detached' });
    await tab.button('Close people').click();
    await tab.button('Show people').click();
    await page.keyboard.press('Control+Comma');
    await page.getByText('Deutsch', { exact: true }).click();
    await page.getByRole('dialog', { name: 'Einstellungen' }).waitFor();
    await page.getByRole('button', { name: 'Schließen', exact: true }).click();
    await page.getByRole('textbox', { name: 'Nachricht an General' }).waitFor();
    if (change === 'removed') return;
    // biome-ignore lint/performance/useDomNodeTextContent: what is seen of it
    const german = (await page.locator('#root').innerText()).replaceAll('\n', ' ');
    expect(german).toMatch(/Räume.*Direktnachrichten.*Personen/);
    expect(german).not.toMatch(/Rooms|Direct messages|People|Jump|online \d+(?! neu|\d)|Offline \d.*Offline/);
  } finally {
    ears.socket.disconnect();
  }
});

describe('where the browser lacks something, or a message breaks what shows it', () => {
  it('nothing but that message suffers', async () => {
    const visitor = await world.browser.visitor(world.at(0), { expected: [/BREAKS/] });
    // As an old browser, and as a fault in what reads a text would do.
    await visitor.context.addInitScript(() => {
      const missing = `URL.canParse URL.parse Object.groupBy Map.groupBy Promise.withResolvers Promise.try AbortSignal.any
        Array.fromAsync Set.prototype.union Set.prototype.difference Iterator.prototype.map Iterator.prototype.filter
        Iterator.prototype.toArray Uint8Array.prototype.toHex String.prototype.isWellFormed RegExp.escape Intl.Segmenter`;
      for (const path of missing.split(/\s+/)) {
        const names = path.split('.');
        const name = names.pop() ?? '';
        const owner = names.reduce((at, part) => at?.[part] as never, window as unknown as Record<string, unknown>);
        if (owner) delete owner[name];
      }
      const { matchAll } = String.prototype;
      String.prototype.matchAll = function (this: string, pattern: RegExp) {
        if (this.includes('BREAKS')) throw new Error('BREAKS');
        return matchAll.call(this, pattern);
      };
    });
    const tab = await Tab.enter(visitor, 'Pablo');
    await tab.say('See https://example.com/a');
    await tab.sees('See https://example.com/a');
    const mary = await Person.signIn(world.at(1), 'Mary');
    for (const room of ['0', '1:3'])
      for (const message of ['This one BREAKS it', 'and this one does not'])
        await mary.post(`/api/rooms/${room}/messages`, { message });
    await tab.sees('This one BREAKS it');
    await tab.sees('and this one does not');
    await tab.page.keyboard.press('Control+k');
    await tab.page.getByRole('option', { name: /^Mary/ }).click();
    await tab.sees('This one BREAKS it');
    await tab.say('Still here', 'Mary');
    await tab.sees('Still here');
    await tab.page.reload();
    await tab.sees('Still here');
  });
});

it("where colours are the reader's own, shapes say who is online, which room is open and where one is", async () => {
  const visitor = await world.browser.visitor(world.at(0), { ...DESKTOP, forcedColors: 'active' });
  const tab = await Tab.enter(visitor, 'Pablo');
  await Tab.enter(await world.browser.visitor(world.at(1)), 'Joe');
  await tab.person('Joe', 'Online').click();
  await tab.field('Joe').waitFor();
  await tab.say('Seen by all', 'Joe');
  await tab.sees('Seen by all');
  await tab.page.getByRole('main').getByText('online', { exact: true }).waitFor();
  await shoot(tab.page, 'desktop-forced-colours');
  const dot = (state: boolean) =>
    tab.page
      .locator(`[data-online="${state}"]`)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  await tab.room(/^Joe online/).waitFor();
  const outline = await tab.rooms
    .locator('[aria-current="page"]')
    .evaluate((room) => getComputedStyle(room).outlineStyle);
  expect(outline).toBe('solid');
  const full = await dot(true);
  await tab.page.keyboard.press('Control+k');
  await tab.page.getByRole('combobox').waitFor();
  expect(await dot(false)).not.toBe(full);
  await shoot(tab.page, 'desktop-forced-colours-switcher');
  await tab.page.keyboard.press('Escape');
  await tab.button('Settings').click();
  await tab.page.getByRole('switch', { name: 'Sound' }).waitFor();
  await shoot(tab.page, 'desktop-forced-colours-settings');
});

it('everything is at hand: what is typed or dropped anywhere, a new message, the menu on the own name', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), DESKTOP), 'Pablo');
  const { page } = tab;
  await tab.field().waitFor();
  await tab.person('Joe').focus();
  await page.keyboard.type('hi');
  await eventually(async () => expect(await tab.field().inputValue()).toBe('hi'));
  await page.keyboard.press('Enter');
  await tab.sees('hi');
  await page.keyboard.press('ArrowUp');
  const edited = page.getByRole('textbox', { name: 'Edit message', exact: true });
  await eventually(async () => expect(await edited.inputValue()).toBe('hi'));
  await page.keyboard.press('Escape');
  await eventually(async () => expect(await tab.field().inputValue()).toBe(''));

  const dropped = await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
    const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
    return document.querySelector('nav')?.dispatchEvent(drop);
  });
  // Else the browser would open it in place of the page.
  expect(dropped).toBe(false);
  await page.getByRole('alert').getByText('Files and images cannot be sent yet.').waitFor();
  await shoot(page, 'desktop-file-dropped');
  await tab.button('OK').click();

  await tab.button('New message').click();
  await page.getByRole('combobox', { name: 'To whom?' }).waitFor();
  await shoot(page, 'desktop-new-message');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Pablo: menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  await shoot(page, 'desktop-menu');
  await page.keyboard.press('Escape');
  // From the field: the rooms, the people, the messages and what acts, each once.
  const stops = await page.evaluate(
    () =>
      document.querySelectorAll(
        'a[href]:not([tabindex="-1"]), button:not(:disabled):not([tabindex="-1"]), input, textarea, [tabindex="0"]:not(a):not(button)',
      ).length,
  );
  expect(stops).toBeLessThan(25);
});

it.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
])('an address that leads nowhere leads back, on a %s', async (look, options) => {
  const visitor = await world.browser.visitor(world.at(0), { ...options, expected: [/status of 404/] });
  const tab = await Tab.open(visitor, '/nonsense');
  await tab.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await shoot(tab.page, `${look}-nowhere`);
  await tab.page.getByRole('link', { name: 'Go to the start' }).click();
  await tab.button('Pablo').waitFor();
});
