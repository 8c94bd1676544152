import { eventually } from '@app/testing';
import type { Page } from 'playwright-core';
import { DESKTOP, PHONE, SMALL_PHONE, shoot } from './support/screens';
import { Tab } from './support/tab';
import { useWorld } from './support/world';

const world = useWorld();
const SIGNED_OUT = [/status of 401/];

const openSettings = async (tab: Tab) => {
  await tab.button('Settings').click();
  await tab.page.getByRole('dialog', { name: 'Settings' }).waitFor();
};
const choose = (tab: Tab, group: string, option: string) =>
  tab.page.getByRole('group', { name: group }).getByText(option, { exact: true }).click();
const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const [LIGHT, DARK] = ['rgb(255, 255, 255)', 'rgb(22, 24, 28)'];

it('theme, density and language are kept over a reload, and hold in other tabs at once', async () => {
  const visitor = await world.browser.visitor(world.at(0), DESKTOP);
  const tab = await Tab.enter(visitor, 'Pablo');
  const other = await Tab.open(visitor, '/chat/0');
  await other.field().waitFor();
  await eventually(async () => expect(await background(tab.page)).toBe(LIGHT));
  await openSettings(tab);
  await choose(tab, 'Theme', 'Dark');
  await choose(tab, 'Density', 'Compact');
  await eventually(async () => expect(await background(tab.page)).toBe(DARK));
  await eventually(async () => expect(await background(other.page)).toBe(DARK));
  await choose(tab, 'Language', 'Deutsch');
  await tab.page.getByRole('dialog', { name: 'Einstellungen' }).waitFor();
  await other.button('Einstellungen').waitFor();

  await tab.page.reload();
  await tab.button('Einstellungen').waitFor();
  await eventually(async () => expect(await background(tab.page)).toBe(DARK));
  await eventually(async () => expect(await tab.page.locator('html').getAttribute('data-density')).toBe('compact'));
  await eventually(async () => expect(await tab.page.locator('html').getAttribute('lang')).toBe('de'));
  // Each message has its time to the left of its text, in both densities.
  await eventually(async () => {
    const message = tab.page.getByRole('article').last();
    const [time, text] = await Promise.all(
      [message.locator('time').last(), message.locator('p').first()].map((part) => part.boundingBox()),
    );
    expect(time?.width).toBeGreaterThan(20);
    expect((time?.x ?? 0) + (time?.width ?? 0)).toBeLessThanOrEqual(text?.x ?? 0);
  });
});

it('the theme is there before the client itself is', async () => {
  const visitor = await world.browser.visitor(world.at(0), { expected: [/ERR_FAILED/] });
  const page = await visitor.open('/sign-in');
  await page.evaluate(() => localStorage.setItem('preferences', JSON.stringify({ theme: 'dark' })));
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.reload();
  await eventually(async () => expect(await background(page)).toBe(DARK));
});

it('signing out another device ends it there at once', async () => {
  const laptop = await Tab.enter(await world.browser.visitor(world.at(0)), 'Mary');
  const elsewhere = await world.browser.visitor(world.at(1), { expected: SIGNED_OUT, ...PHONE });
  const phone = await Tab.enter(elsewhere, 'Mary', '/chat/0');
  await phone.field().waitFor();
  await openSettings(laptop);
  const others = laptop.page.getByRole('button', { name: /^Sign out Chrome on / });
  await others.first().click();
  await phone.page.getByText('Your session has ended.').waitFor();
  await laptop.page.getByText('You are signed in nowhere else.').waitFor();

  const again = await Tab.enter(elsewhere, 'Mary', '/chat/0');
  await again.field().waitFor();
  await laptop.button('Sign out everywhere').click();
  await again.page.getByText('Your session has ended.').waitFor();
  await laptop.page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

it('what is not sent is not lost by signing out without a question, and not left behind by signing out', async () => {
  const visitor = await world.browser.visitor(world.at(0), { expected: [...SIGNED_OUT, /status of 503/] });
  const tab = await Tab.enter(visitor, 'Alex');
  await tab.log.waitFor();
  // The server takes sign-outs, but no messages.
  const messages = world.cluster.workers.find(({ name }) => name === 'messages');
  messages?.signal('SIGSTOP');
  try {
    await tab.say('Only for now');
    await tab.line('Only for now').waitFor();
    await tab.askToSignOut();
    await tab.page.getByRole('dialog', { name: '1 message was not sent' }).waitFor();
    await tab.page.keyboard.press('Escape');
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' });
    await eventually(async () => expect(await tab.line('Only for now').count()).toBe(1));
    await eventually(async () => expect(await kept(tab.page)).toContain('Only for now'));

    await tab.askToSignOut();
    await tab.button('Sign out anyway').click();
    await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await kept(tab.page)).not.toContain('Only for now');
  } finally {
    messages?.signal('SIGCONT');
  }
});

/** All that the browser keeps for the page. */
const kept = (page: Page) => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

it('by keyboard alone, the focus goes back', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Joe');
  const { keyboard } = tab.page;
  await tab.field().focus();
  await keyboard.press('Control+Comma');
  const dialog = tab.page.getByRole('dialog', { name: 'Settings' });
  await dialog.waitFor();
  // Nothing behind it can be reached: the Tab key stays in it, or goes to the browser itself.
  for (let presses = 0; presses < 12; presses++) {
    await keyboard.press('Tab');
    await eventually(async () =>
      expect(await tab.page.evaluate(() => document.activeElement?.closest('#root nav, main') === null)).toBe(true),
    );
  }
  await keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await tab.field().and(tab.page.locator(':focus')).waitFor();
});

it.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
  ['small-phone', SMALL_PHONE],
])('looks right on a %s', async (look, options) => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), options), 'Pablo');
  await Tab.enter(await world.browser.visitor(world.at(1), { userAgent: SAFARI }), 'Pablo');
  await openSettings(tab);
  const there = tab.page.getByText('Safari on iPhone').first();
  await there.waitFor();
  await shoot(tab.page, `${look}-settings`);
  await there.scrollIntoViewIfNeeded();
  await shoot(tab.page, `${look}-settings-sessions`);
  await tab.button('Change password').click();
  const form = tab.page.getByRole('form', { name: 'Change password' });
  await form.getByRole('button', { name: 'Change password' }).click();
  await form.getByText('The password is missing.').first().waitFor();
  await form.scrollIntoViewIfNeeded();
  await shoot(tab.page, `${look}-settings-password`);
  await form.getByRole('button', { name: 'Cancel' }).click();
  await choose(tab, 'Density', 'Compact');
  await tab.button('Close').click();
  await tab.room(/^General/).click();
  await tab.field().waitFor();
  await shoot(tab.page, `${look}-compact`);
});
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 Version/18.5 Mobile Safari/604';
