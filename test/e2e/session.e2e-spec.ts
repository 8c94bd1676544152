import { eventually, PASSWORD_OF_TESTS } from '@app/testing';
import type { Locator } from 'playwright-core';
import { Tab } from './support/tab';
import { useWorld } from './support/world';

const world = useWorld();
const REFUSED = { expected: [/status of (400|401|409)/] };

describe('signing in', () => {
  it('registers somebody new, who can sign in again', async () => {
    const visitor = await world.browser.visitor(world.at(0));
    const tab = await Tab.open(visitor);
    await tab.button('Create an account').click();
    await tab.fillIn('Zoë', 'a good password');
    await tab.say('I am new here');
    await tab.sees('I am new here');

    await tab.askToSignOut();
    await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await tab.fillIn('Zoë', 'a good password');
    await tab.sees('I am new here');
  });

  it('says beside the field what is wrong', async () => {
    const tab = await Tab.open(await world.browser.visitor(world.at(0), REFUSED));
    const [name, password] = [tab.page.getByLabel('User name'), tab.page.getByLabel('Password', { exact: true })];
    await tab.fillIn('Pablo', 'not his password');
    await describedAs(password, 'User name and password do not match.');
    await eventually(async () => expect(await password.getAttribute('type')).toBe('password'));
    await tab.button('Show password').click();
    await eventually(async () => expect(await password.getAttribute('type')).toBe('text'));
    await tab.button('Hide password').click();
    await eventually(async () => expect(await password.getAttribute('type')).toBe('password'));
    await tab.fillIn('', 'password123');
    await describedAs(name, 'The user name is missing.');

    await tab.button('Create an account').click();
    await tab.fillIn('Pablo', PASSWORD_OF_TESTS);
    await describedAs(name, 'This name is taken. Choose another one.');
    await tab.fillIn('Pablo 2', 'short');
    await describedAs(password, 'The password must be at least 8 characters.');
    await tab.fillIn('Pablo 2', 'abcdefgh');
    await describedAs(password, 'The password is a simple pattern: choose another.');
  });

  it('ends everywhere at once', async () => {
    const visitor = await world.browser.visitor(world.at(0), REFUSED);
    const tab = await Tab.enter(visitor, 'Mary');
    const other = await Tab.open(visitor, `${world.at(1)}/chat/0`);
    await other.say('From my other tab');
    await tab.sees('From my other tab');
    await tab.askToSignOut();
    await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.page.getByText('Your session has ended.').waitFor();
    expect(await other.page.getByText('From my other tab').count()).toBe(0);
    await other.page.reload();
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

/** A field is marked as wrong, has the focus, and this is said of it. */
async function describedAs(field: Locator, problem: string): Promise<void> {
  const page = field.page();
  await page.getByRole('textbox', { description: problem, exact: true }).and(field).waitFor();
  await eventually(async () => expect(await field.getAttribute('aria-invalid')).toBe('true'));
  await eventually(async () =>
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true),
  );
}

describe('without a mouse', () => {
  it('leads from the sign-in page to a message, through the messages, and to a private conversation', async () => {
    const tab = await Tab.open(await world.browser.visitor(world.at(0)));
    const { keyboard } = tab.page;
    await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await tabTo(tab.page.getByLabel('User name'));
    await keyboard.type('Alex');
    await keyboard.press('Tab');
    await keyboard.type('password123');
    await keyboard.press('Enter');

    await focused(tab.field());
    await keyboard.type('First line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    await keyboard.press('Enter');
    await tab.sees('First line second line');
    await keyboard.type('Another message');
    await keyboard.press('Enter');
    await tab.sees('Another message');
    await eventually(async () =>
      expect((await tab.texts()).slice(-2)).toEqual(['First line\nsecond line', 'Another message']),
    );

    await tabTo(tab.line('Another message'), 'Shift+Tab');
    await keyboard.press('ArrowUp');
    await focused(tab.line('First line second line'));
    await keyboard.press('ArrowDown');
    await focused(tab.line('Another message'));
    await keyboard.press('Escape');
    await focused(tab.field());

    // The people are one stop of the Tab key.
    await tabTo(tab.page.getByRole('region', { name: 'People' }).locator('li > button[tabindex="0"]'));
    await keyboard.press('End');
    while (!(await tab.person('Pablo').evaluate((person) => person === document.activeElement)))
      await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await focused(tab.field('Pablo'));
    await keyboard.type('No mouse was used');
    await keyboard.press('Enter');
    await tab.sees('No mouse was used');

    await keyboard.press('Alt+ArrowUp');
    await focused(tab.field());
    await keyboard.press('Alt+ArrowDown');
    await focused(tab.field('Pablo'));
    await tabTo(tab.room(/^Pablo/), 'Shift+Tab');
    await keyboard.press('Home');
    await keyboard.press('Enter');
    await focused(tab.field());
  });
});

/** Presses a key until something has the focus. */
async function tabTo(target: Locator, key = 'Tab'): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await target.page().keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${target}`);
}

async function focused(target: Locator): Promise<void> {
  await target.and(target.page().locator(':focus')).waitFor();
}
