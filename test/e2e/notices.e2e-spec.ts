import { eventually, Person, until, type Visitor } from '@app/testing';
import type { Page } from 'playwright-core';
import { Tab } from './support/tab';
import { post, useWorld } from './support/world';

const world = useWorld();
/** Pablo's private room with Mary. */
const PRIVATE = '1:3';

interface Record {
  told: string[];
  asked: number;
  tones: number;
  isAway: boolean;
}
declare global {
  interface Window {
    record: Record;
  }
}

/** Notes what a browser is asked to do, and lets the page be in the background. No headless browser shows a notification. */
async function watch(visitor: Visitor): Promise<void> {
  await visitor.context.addInitScript(() => {
    const record: Record = { told: [], asked: 0, tones: 0, isAway: false };
    class Notification {
      static permission = 'default';
      static async requestPermission() {
        record.asked++;
        Notification.permission = 'granted';
        return Notification.permission;
      }
      constructor(title: string, { body }: { body: string }) {
        record.told.push(`${title}: ${body}`);
      }
    }
    AudioScheduledSourceNode.prototype.start = () => void record.tones++;
    Object.assign(window, { record, Notification });
    Object.defineProperty(document, 'hidden', { get: () => record.isAway });
    Object.defineProperty(document, 'visibilityState', { get: () => (record.isAway ? 'hidden' : 'visible') });
  });
}

const recorded = (page: Page) => page.evaluate(() => window.record);
const be = (page: Page, isAway: boolean) =>
  page.evaluate((isAway) => {
    window.record.isAway = isAway;
    document.dispatchEvent(new Event('visibilitychange'));
  }, isAway);
const unread = async (page: Page) => Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);
const icon = (page: Page) =>
  page.locator('link[rel="icon"]').evaluate((link) => decodeURIComponent((link as HTMLLinkElement).href));

it('title and icon count what is unread; notifications are shown only to those who have asked for them', async () => {
  const visitor = await world.browser.visitor(world.at(0));
  await watch(visitor);
  const tab = await Tab.enter(visitor, 'Pablo');
  const { page } = tab;
  const mary = await Person.signIn(world.at(1), 'Mary');
  await tab.room(/^Mary/).click();
  await tab.field('Mary').waitFor();
  await tab.room(/^General/).click();
  await tab.field().waitFor();
  await be(page, true);
  const before = await unread(page);
  await post(mary, PRIVATE, ['One', 'Two']);
  await until(async () => (await unread(page)) === before + 2, 'the count in the title');
  await eventually(async () => expect(await icon(page)).toContain(`>${before + 2 > 9 ? '9+' : before + 2}</text>`));
  await eventually(async () => expect(await recorded(page)).toMatchObject({ told: [], asked: 0 }));

  await be(page, false);
  await tab.button('Settings').click();
  expect((await recorded(page)).asked).toBe(0);
  await page.getByRole('switch', { name: 'Notifications' }).click();
  await until(() => page.getByRole('switch', { name: 'Notifications' }).isChecked(), 'notifications');
  await eventually(async () => expect((await recorded(page)).asked).toBe(1));
  expect(await page.getByRole('switch', { name: 'Sound' }).isChecked()).toBe(false);
  await tab.button('Close').click();

  await post(mary, PRIVATE, ['You look at another room']);
  await until(async () => (await recorded(page)).told.length >= 1, 'a notification');
  await tab.room(/^Mary/).click();
  await tab.field('Mary').waitFor();
  await post(mary, PRIVATE, ['You look at this one']);
  await tab.sees('You look at this one');
  await be(page, true);
  await post(mary, '0', ['Good morning', 'And you, @pablo?']);
  await post(mary, PRIVATE, ['Are you **there**?']);
  await until(async () => (await recorded(page)).told.length >= 3, 'three notifications');
  await eventually(async () =>
    expect(await recorded(page)).toMatchObject({
      told: ['Mary: You look at another room', 'Mary in General: And you, @pablo?', 'Mary: Are you there?'],
      tones: 0,
    }),
  );
});

it('a muted room is marked, and neither counts nor makes itself heard, after a reload too', async () => {
  const visitor = await world.browser.visitor(world.at(0));
  await watch(visitor);
  const tab = await Tab.enter(visitor, 'Pablo', `/chat/${PRIVATE}`);
  await tab.page.getByRole('button', { name: 'Mute', pressed: false }).click();
  await tab.page.evaluate(() => {
    const chosen = JSON.parse(localStorage.getItem('preferences') ?? '{}');
    localStorage.setItem('preferences', JSON.stringify({ ...chosen, notifications: true }));
  });
  await tab.room(/^General/).click();
  await tab.field().waitFor();
  await tab.page.reload();
  await tab.room(/^Mary .*muted$/).waitFor();
  await tab.page.evaluate(() => window.Notification.requestPermission());
  await be(tab.page, true);
  const before = await unread(tab.page);
  const mary = await Person.signIn(world.at(1), 'Mary');
  await post(mary, PRIVATE, ['Hush']);
  await tab
    .room(/^Mary .* new muted$/)
    .getByText('Hush')
    .waitFor();
  await post(mary, '0', ['To @Pablo']);
  await until(async () => (await recorded(tab.page)).told.length > 0, 'a notification');
  await eventually(async () => expect((await recorded(tab.page)).told).toEqual(['Mary in General: To @Pablo']));
  await until(async () => (await unread(tab.page)) === before + 1, 'the count in the title');
});
