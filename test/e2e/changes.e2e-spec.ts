import { eventually, Person, until } from '@app/testing';
import type { Page } from 'playwright-core';
import { PHONE, shoot } from './support/screens';
import { Tab } from './support/tab';
import { post, useWorld } from './support/world';

const world = useWorld();

/** Puts the focus at a message. */
async function at(tab: Tab, text: string): Promise<void> {
  await tab.line(text).focus();
}

/** Gives a message another text, by the keyboard alone. */
async function edit(tab: Tab, text: string, to: string): Promise<void> {
  await at(tab, text);
  await tab.page.keyboard.press('e');
  await tab.page.getByRole('textbox', { name: 'Edit message' }).fill(to);
  await tab.page.keyboard.press('Enter');
}

/** Deletes a message, and waits until it cannot be undone any more. */
async function remove(tab: Tab, text: string): Promise<void> {
  await at(tab, text);
  await tab.page.keyboard.press('Delete');
  await tab.button('Undo').waitFor();
  await tab.button('Undo').waitFor({ state: 'detached' });
}

it('what one edits and deletes the other sees at once, after having been away, and after a reload', async () => {
  const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const visitor = await world.browser.visitor(world.at(1), { expected: [/ERR_INTERNET_DISCONNECTED/] });
  const joe = await Tab.enter(visitor, 'Joe');
  for (const text of ['Helo', 'To be deleted', 'Last wrds', 'Secret', 'Stays']) await pablo.say(text);
  await joe.sees('Stays');

  await edit(pablo, 'Helo', 'Hello');
  await joe.log.getByText('Hello', { exact: true }).waitFor();
  expect(await joe.textsFrom('Hello (edited)')).toEqual([
    'Hello (edited)',
    'To be deleted',
    'Last wrds',
    'Secret',
    'Stays',
  ]);
  await remove(pablo, 'To be deleted');
  await joe.log.getByText('Message deleted').waitFor();
  expect(await joe.page.getByText('To be deleted').count()).toBe(0);

  await visitor.context.setOffline(true);
  await joe.page
    .getByRole('status', { name: 'Connection' })
    .getByText(/offline/i)
    .waitFor();
  await edit(pablo, 'Last wrds', 'Last words');
  await remove(pablo, 'Secret');
  await pablo.say('While you were away');
  await visitor.context.setOffline(false);
  await joe.sees('While you were away');
  const texts = [
    'Hello (edited)',
    'Message deleted',
    'Last words (edited)',
    'Message deleted',
    'Stays',
    'While you were away',
  ];
  await eventually(async () => expect(await joe.textsFrom('Hello (edited)')).toEqual(texts));

  for (const tab of [joe, pablo]) {
    await tab.page.reload();
    await eventually(async () => expect(await tab.textsFrom('Hello (edited)')).toEqual(texts));
  }
  expect(await joe.page.content()).not.toContain('Secret');
});

it('the up arrow edits the last message; a deletion is undone before anybody hears of it', async () => {
  const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const ann = await Person.register(world.at(1), 'Ann');
  const { body: room } = await ann.post('/api/rooms', { userId: '1' });
  await post(ann, room.id, ['Hi', 'Still there?']);
  await pablo.room(/^Ann/).click();
  await pablo.say('Yess', 'Ann');
  await pablo.sees('Yess');
  await pablo.field('Ann').press('ArrowUp');
  await pablo.page.keyboard.press('Backspace');
  await shoot(pablo.page, 'desktop-editing');
  await pablo.page.keyboard.press('Enter');
  await pablo.log.getByText('(edited)').waitFor();
  await pablo.page.reload();
  await pablo.log.getByText('Yes', { exact: true }).waitFor();

  await at(pablo, 'Yes');
  await pablo.page.keyboard.press('Delete');
  await shoot(pablo.page, 'desktop-undo');
  await pablo.button('Undo').click();
  await pablo.log.getByText('Yes', { exact: true }).waitFor();
  await at(pablo, 'Yes');
  await pablo.page.keyboard.press('Shift+F10');
  await pablo.page.getByRole('menuitem', { name: 'Delete message' }).waitFor();
  await shoot(pablo.page, 'desktop-message-menu');
  await pablo.page.keyboard.press('Escape');
  const { body } = await ann.get(`/api/rooms/${room.id}/messages`);
  expect(body.messages.map(({ message }: { message: string }) => message)).toEqual(['Hi', 'Still there?', 'Yes']);
  ann.leave();
});

it('who was second with an edit chooses which text stays', async () => {
  const visitor = await world.browser.visitor(world.at(0));
  const tab = await Tab.enter(visitor, 'Mary');
  const other = await Tab.open(visitor, `${world.at(1)}/chat/0`);
  await tab.say('Frist');
  await other.sees('Frist');
  await at(tab, 'Frist');
  await tab.page.keyboard.press('e');
  await tab.page.getByRole('textbox', { name: 'Edit message' }).fill('First');
  await edit(other, 'Frist', 'Fist');
  await tab.log.getByText('Fist', { exact: true }).waitFor();
  await tab.page.keyboard.press('Enter');
  await tab.button('Use my text').waitFor();
  await shoot(tab.page, 'desktop-edit-conflict');
  await tab.button('Use my text').click();
  await other.log.getByText('First', { exact: true }).waitFor();
  expect(await other.page.getByText('Fist', { exact: true }).count()).toBe(0);
});

it('on a phone a long press opens what can be done, in the language of the page', async () => {
  const visitor = await world.browser.visitor(world.at(0), { ...PHONE, locale: 'de-DE' });
  const tab = await Tab.enter(visitor, 'Pablo', '/chat/1:3');
  await tab.page.getByRole('article').first().waitFor();
  await tab.page.locator('textarea').fill('Halo');
  await tab.page.keyboard.press('Enter');
  const log = tab.page.getByRole('log', { name: 'Nachrichten' });
  await longPress(tab.page, 'Halo');
  await tab.page.getByRole('menuitem', { name: 'Nachricht löschen' }).waitFor();
  await shoot(tab.page, 'phone-message-sheet');
  await tab.page.getByRole('menuitem', { name: 'Nachricht bearbeiten' }).tap();
  await tab.page.getByRole('textbox', { name: 'Nachricht bearbeiten' }).fill('Hallo');
  await shoot(tab.page, 'phone-editing');
  await tab.page.getByRole('button', { name: 'Speichern' }).tap();
  await log.getByText('(bearbeitet)').waitFor();
  await longPress(tab.page, 'Hallo');
  await tab.page.getByRole('menuitem', { name: 'Nachricht löschen' }).tap();
  await tab.page.getByRole('button', { name: 'Rückgängig' }).waitFor();
  await shoot(tab.page, 'phone-undo');
});

/** A finger that stays where it is, on a message that the server has. */
async function longPress(page: Page, text: string): Promise<void> {
  const sent = page.locator('[data-state="sent"]').filter({ has: page.getByText(text, { exact: true }) });
  let point = { x: 0, y: 0 };
  // What was said last may still be scrolled into sight.
  await until(async () => {
    const box = await sent.boundingBox();
    if (!box) return false;
    point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    return sent.evaluate((line, { x, y }) => line.contains(document.elementFromPoint(x, y)), point);
  }, 'the message in sight');
  const session = await page.context().newCDPSession(page);
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
  await page.getByRole('menu').waitFor();
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
}
