import { until, type VisitorOptions } from '@app/testing';
import type { Page } from 'playwright-core';
import { shoot } from './support/screens';
import { Tab } from './support/tab';
import { GATEWAY_AWAY, useWorld } from './support/world';

const WITH_WORKER: VisitorOptions = {
  serviceWorkers: 'allow',
  expected: [...GATEWAY_AWAY, /ERR_INTERNET_DISCONNECTED/],
};
const world = useWorld();

/** Waits until the page is one that opens without the network. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await until(() => page.evaluate(() => navigator.serviceWorker.controller !== null), 'a worker in charge');
}

const cacheNames = (page: Page) => page.evaluate(() => caches.keys());

it('opened without a network the client says so at once, and goes on by itself when it is back', async () => {
  const visitor = await world.browser.visitor(world.at(0), WITH_WORKER);
  const before = await Tab.enter(visitor, 'Pablo');
  await before.say('Before the tunnel');
  await before.sees('Before the tunnel');
  await isKept(before.page);
  await before.page.close();

  const tab = new Tab(await visitor.context.newPage());
  await visitor.context.setOffline(true);
  await tab.page.goto('/chat/0');
  // Not every browser notices that its network is gone.
  await tab.page
    .getByRole('alert')
    .getByText(/^(You are offline|The server cannot be reached)\./)
    .waitFor();
  await shoot(tab.page, 'offline');
  await visitor.context.setOffline(false);
  await tab.sees('Before the tunnel');
});

it('the same while the server is away; nothing of the API is kept', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), WITH_WORKER), 'Joe');
  await tab.room(/^General/).waitFor();
  await isKept(tab.page);
  try {
    await world.cluster.gateway(0).end('SIGKILL');
    await tab.page.reload();
    await tab.page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  } finally {
    await world.cluster.restartGateway(0);
  }
  await tab.field().waitFor();
  const kept = await tab.page.evaluate(async () => {
    const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(stores.map((store) => store.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/');
  expect(kept.filter((path) => path !== '/' && !path.startsWith('/assets/'))).toEqual(['/theme.js']);
});

it('says at once that the network is gone, and who is there only while that is known; goes on at once when it is back', async () => {
  const visitor = await world.browser.visitor(world.at(0), {
    expected: [...GATEWAY_AWAY, /ERR_INTERNET_DISCONNECTED/],
  });
  const joe = await Tab.enter(await world.browser.visitor(world.at(1)), 'Joe');
  await joe.say('Are you there?');
  const tab = await Tab.enter(visitor, 'Pablo');
  await tab.sees('Are you there?');
  await tab.person('Joe', 'Online').waitFor();
  const said = tab.page.getByRole('status', { name: 'Connection' });
  await visitor.context.setOffline(true);
  const gone = Date.now();
  await said.getByText('Offline.').waitFor();
  expect(Date.now() - gone).toBeLessThan(1500);
  await tab.page.getByRole('list', { name: 'Online before the connection was lost' }).waitFor();
  expect(await tab.page.getByText(/\d online/).count()).toBe(0);
  await shoot(tab.page, 'network-gone');
  // Long enough for attempts to fail, and the next one to be far.
  await until(() => tab.page.evaluate(() => document.querySelectorAll('[data-online="true"]').length === 0), 'no dots');
  await tab.say('Sent from the tunnel');
  await said.getByText('1 message will be sent').waitFor();
  await visitor.context.setOffline(false);
  const back = Date.now();
  await tab.sees('Sent from the tunnel');
  expect(Date.now() - back).toBeLessThan(5000);
  await tab.person('Joe', 'Online').waitFor();
  expect(await said.textContent()).toBe('');
});

it('a new version leaves nothing of an old one', async () => {
  const tab = await Tab.open(await world.browser.visitor(world.at(0), WITH_WORKER));
  await isKept(tab.page);
  await tab.page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).unregister();
    await (await caches.open('client-old')).put('/', new Response('an old page'));
  });
  await tab.page.reload();
  await tab.button('Pablo').waitFor();
  await isKept(tab.page);
  await until(async () => !(await cacheNames(tab.page)).includes('client-old'), 'no old cache');
  expect(await cacheNames(tab.page)).toHaveLength(1);
});
