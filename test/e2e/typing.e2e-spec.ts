import { until } from '@app/testing';
import type { Locator } from 'playwright-core';
import { Tab } from './support/tab';
import { useWorld } from './support/world';

const world = useWorld();

it('three people at two gateways see by name who else is typing, until that ends', async () => {
  const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const joe = await Tab.enter(await world.browser.visitor(world.at(1)), 'Joe');
  const mary = await Tab.enter(await world.browser.visitor(world.at(0), { locale: 'de-DE' }), 'Mary');

  await typeUntil([joe], pablo.page.getByText('Joe is typing…', { exact: true }));
  await typeUntil([joe], mary.page.getByText('Joe schreibt …', { exact: true }));
  await typeUntil([joe, pablo], mary.page.getByText(/^(Joe und Pablo|Pablo und Joe) schreiben …$/));
  await typeUntil([joe, pablo], joe.page.getByText('Pablo is typing…', { exact: true }));
  expect(await joe.page.getByText(/^Joe .*typing…$/).count()).toBe(0);

  // Nobody says that they have stopped.
  await mary.page.getByText(/schrei(bt|ben) …$/).waitFor({ state: 'detached' });

  await typeUntil([joe], pablo.page.getByText('Joe is typing…', { exact: true }));
  await joe.say('So this is it');
  await pablo.sees('So this is it');
  expect(await pablo.page.getByText('Joe is typing…').count()).toBe(0);
});

/** Some go on typing in General until that is seen. */
async function typeUntil(tabs: readonly Tab[], seen: Locator): Promise<void> {
  await until(async () => {
    for (const tab of tabs) await tab.field().pressSequentially('.');
    return seen.isVisible();
  }, 'what tells of those who type');
}
