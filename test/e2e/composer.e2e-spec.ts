import { eventually, until } from '@app/testing';
import { shoot } from './support/screens';
import { Tab } from './support/tab';
import { useWorld } from './support/world';

const world = useWorld({ env: { MAX_MESSAGE_LENGTH: '400' } });

it('the field grows with its text up to a bound, and counts what is left near the limit', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const height = async () => (await tab.field().boundingBox())?.height ?? 0;
  const one = await height();
  await tab.field().fill('one\ntwo\nthree');
  await until(async () => (await height()) > 2 * one, 'three lines');
  await tab.field().fill('x\n'.repeat(100));
  await until(async () => (await height()) > 4 * one, 'more of it');
  await eventually(async () => expect(await height()).toBeLessThanOrEqual(220));
  await tab.field().fill('x'.repeat(390));
  await tab.page.getByText('10 characters left', { exact: true }).waitFor();
});

it('a pasted text that is too long is asked about, and nothing of it is cut', async () => {
  const visitor = await world.browser.visitor(world.at(0));
  await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const tab = await Tab.enter(visitor, 'Pablo');
  await tab.field().fill('Look: ');
  await tab.page.evaluate((text) => navigator.clipboard.writeText(text), 'y'.repeat(500));
  await tab.field().press('Control+v');
  await tab.page.getByRole('alert').getByText('The pasted text is too long by 106 characters.').waitFor();
  await eventually(async () => expect(await tab.field().inputValue()).toBe('Look: '));
  await shoot(tab.page, 'desktop-paste');
  await tab.button('Insert it to shorten it').click();
  await tab.page.getByText('Too long by 106.').waitFor();
  await eventually(async () => expect(await tab.field().inputValue()).toBe(`Look: ${'y'.repeat(500)}`));
  await eventually(async () => expect(await tab.button('Send').isDisabled()).toBe(true));
});

it('what is not sent yet is there in each room after a reload', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  await tab.field().fill('for all');
  await tab.person('Joe').click();
  await tab.field('Joe').fill('for Joe');
  await tab.page.reload();
  await until(async () => (await tab.field('Joe').inputValue()) === 'for Joe', 'the text to Joe');
  await tab.room(/^General/).click();
  await eventually(async () => expect(await tab.field().inputValue()).toBe('for all'));
  await tab.field().press('Enter');
  await tab.sees('for all');
  await tab.page.reload();
  await tab.sees('for all');
  await eventually(async () => expect(await tab.field().inputValue()).toBe(''));
});

it('what is not sent yet outlives its tab, is the same in all tabs, and is gone from the device after signing out', async () => {
  const visitor = await world.browser.visitor(world.at(0), { expected: [/status of 401/] });
  const first = await Tab.enter(visitor, 'Mary');
  await first.field().fill('from the first tab');
  await first.page.close();
  const tab = await Tab.open(visitor, '/chat/0');
  await tab.field().waitFor();
  await eventually(async () => expect(await tab.field().inputValue()).toBe('from the first tab'));

  const other = await Tab.open(visitor, '/chat/0');
  await other.field().waitFor();
  await other.field().fill('from the other tab');
  await until(async () => (await tab.field().inputValue()) === 'from the other tab', 'the text in both');
  await other.field().press('Enter');
  await tab.sees('from the other tab');
  await until(async () => (await tab.field().inputValue()) === '', 'both to be empty');

  await tab.field().fill('a secret');
  await tab.askToSignOut();
  await tab.page.getByRole('dialog', { name: 'You have begun a message' }).waitFor();
  await shoot(tab.page, 'desktop-sign-out');
  await tab.button('Sign out anyway').click();
  await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const kept = await tab.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain('a secret');
  await tab.button('Mary').click();
  await tab.field().waitFor();
  await eventually(async () => expect(await tab.field().inputValue()).toBe(''));
});

it('links end where one sees them end, lead where they say, and no text turns another', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  await tab.say('“https://example.com/a”，见 https://example.com/b。次 (https://аpple.com/c)');
  const links = tab.log.getByRole('article').last().getByRole('link');
  await until(async () => (await links.count()) === 3, 'three links');
  await eventually(async () =>
    expect(await links.allTextContents()).toEqual([
      'https://example.com/a',
      'https://example.com/b',
      'https://xn--pple-43d.com/c',
    ]),
  );
  await eventually(async () =>
    expect(await links.evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).host))).toEqual([
      'example.com',
      'example.com',
      'xn--pple-43d.com',
    ]),
  );
  await tab.say('**turns \u202E what follows** one two');
  const parts = tab.log.getByRole('article').last().locator('p > *');
  await until(async () => (await parts.count()) === 2, 'two parts');
  // What follows is read from left to right: its first word stands before its second.
  const [one, two] = await parts.last().evaluate((element) => {
    const text = element.firstChild as Text;
    return ['one', 'two'].map((word) => {
      const range = document.createRange();
      range.setStart(text, text.data.indexOf(word));
      range.setEnd(text, text.data.indexOf(word) + word.length);
      return range.getBoundingClientRect().left;
    });
  });
  expect(one).toBeLessThan(two ?? 0);
});

it('emoji are chosen by keyboard alone, from the picker or by name', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  await tab.field().fill('Well done ');
  await tab.page.keyboard.press('Control+Shift+E');
  const search = tab.page.getByRole('combobox', { name: 'Find an emoji' });
  await tab.page.getByRole('option', { name: 'grinning face', exact: true }).waitFor();
  await shoot(tab.page, 'desktop-emoji');
  await search.fill('party pop');
  await tab.page.getByRole('option', { name: 'party popper', selected: true }).waitFor();
  await search.press('Enter');
  await search.waitFor({ state: 'detached' });
  await tab.page.keyboard.type(' :smi');
  await tab.page.getByRole('option', { name: ':smile:', selected: true }).waitFor();
  await shoot(tab.page, 'desktop-emoji-names');
  await tab.page.keyboard.press('Tab');
  await tab.page.keyboard.type(' :+1: 10:30:45');
  await tab.page.keyboard.press('Enter');
  await tab.sees('Well done 🎉 😄 👍️ 10:30:45');

  await tab.button('Emoji').click();
  await search.press('Escape');
  await search.waitFor({ state: 'detached' });
  await until(() => tab.field().evaluate((field) => field === document.activeElement), 'the focus to be back');
});
