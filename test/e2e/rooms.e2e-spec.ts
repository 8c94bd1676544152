import { eventually, Person, until } from '@app/testing';
import { shoot } from './support/screens';
import { Tab } from './support/tab';
import { post, useWorld } from './support/world';

const world = useWorld();
/** The private rooms of Pablo, whose id is 1, with Joe and Mary. */
const [JOE, MARY] = ['1:2', '1:3'];

const addresses = (tab: Tab) =>
  tab.rooms.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));

it('the room where something was said last comes first, with that and its time', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const [joe, mary] = [await Person.signIn(world.at(1), 'Joe'), await Person.signIn(world.at(1), 'Mary')];
  await post(joe, JOE, ['From Joe']);
  await until(async () => (await addresses(tab))[1] === `/chat/${JOE}`, 'Joe to be first');
  await post(mary, MARY, ['From Mary']);
  await until(async () => (await addresses(tab))[1] === `/chat/${MARY}`, 'Mary to be first');
  await eventually(async () =>
    expect((await addresses(tab)).slice(0, 3)).toEqual(['/chat/0', `/chat/${MARY}`, `/chat/${JOE}`]),
  );
  await tab.room(/^Mary/).getByText('From Mary', { exact: true }).waitFor();
  await tab
    .room(/^Mary/)
    .getByText(/^\d\d:\d\d$/)
    .waitFor();
});

it('a room that was visited is painted at once, though the server answers nothing', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const joe = await Person.signIn(world.at(1), 'Joe');
  await post(joe, JOE, ['Remember this']);
  await tab.room(/^Joe/).click();
  await tab.sees('Remember this');
  await tab.room(/^General/).click();
  await tab.field().waitFor();

  await tab.page.route('**/api/**', () => undefined);
  const painted = await tab.page.evaluate(async (address) => {
    document.querySelector<HTMLElement>(`nav a[href="${address}"]`)?.click();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return document.querySelector('[role="log"]')?.textContent;
  }, `/chat/${JOE}`);
  expect(painted).toContain('Remember this');
});

it('unread rooms beyond the fold are told of, and the list follows to the room one goes to', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const people = await Promise.all(
    Array.from({ length: 12 }, (_, i) => Person.register(world.at(1), `Fold${String.fromCharCode(97 + i)}`)),
  );
  await tab.page.setViewportSize({ width: 1280, height: 420 });
  for (const person of people) {
    const { body: room } = await person.post('/api/rooms', { userId: '1' });
    await post(person, room.id, ['Unread']);
  }
  const below = tab.rooms.getByRole('button', { name: /^↓ \d+ unread$/ });
  await below.waitFor();
  await shoot(tab.page, 'desktop-unread-below');
  const isInSight = (address: string) =>
    tab.rooms.evaluate((nav, address) => {
      const line = nav.querySelector(`a[href="${address}"]`);
      let scroller = line?.parentElement;
      while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
      const [box, frame] = [line?.getBoundingClientRect(), scroller?.getBoundingClientRect()];
      return !!box && !!frame && box.top >= frame.top && box.bottom <= frame.bottom + 1;
    }, address);
  await below.click();
  await tab.page.keyboard.down('Alt');
  for (let i = 0; i < 14; i++) await tab.page.keyboard.press('ArrowDown');
  await tab.page.keyboard.up('Alt');
  const current = await tab.rooms.locator('a[aria-current="page"]').getAttribute('href');
  await until(() => isInSight(current ?? ''), 'the open room in sight');
  await tab.rooms.getByRole('button', { name: /^↑ \d+ unread$/ }).waitFor();
  await tab.page.keyboard.press('Control+k');
  await tab.page.getByRole('combobox').fill('General');
  await tab.page.keyboard.press('Enter');
  await until(() => isInSight('/chat/0'), 'General in sight');
});
