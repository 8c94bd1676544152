import { until } from '@app/testing';
import type { Page } from 'playwright-core';
import { Tab } from './support/tab';
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
  expect(await pablo.page.getByRole('heading', { level: 1 }).count()).toBe(1);

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
  const exact = tab.line('When was that?').getByText(/\d\d:\d\d:\d\d/);
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
