import { eventually, Person, until, type VisitorOptions } from '@app/testing';
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

/** Waits until the device has kept a message: what is written when a moment has passed. */
async function isOnDevice(page: Page, userId: string, text: string): Promise<void> {
  const read = (name: string) =>
    page.evaluate(async (name) => {
      if (!(await indexedDB.databases()).some((each) => each.name === name)) return '';
      const opening = indexedDB.open(name);
      await new Promise((done) => {
        opening.onsuccess = done;
      });
      const all = opening.result.transaction('histories').objectStore('histories').getAll();
      await new Promise((done) => {
        all.onsuccess = done;
      });
      opening.result.close();
      return JSON.stringify(all.result);
    }, name);
  await until(async () => (await read(`redis-chat:kept:${userId}`)).includes(text), `"${text}" on the device`);
}

const connection = (page: Page) => page.getByRole('status', { name: 'Connection' });
/** Not every browser notices that its network is gone. */
const AWAY = /^(Offline\.|Connecting…|Reconnecting\.) You see what this device has kept\./;

it('reloaded without a network it has the last rooms and messages, and sends what is written once it is back', async () => {
  const joe = await Tab.enter(await world.browser.visitor(world.at(1)), 'Joe');
  await joe.person('Pablo').click();
  for (let i = 1; i <= 60; i++) await joe.say(`Letter ${i}`, 'Pablo');
  await joe.sees('Letter 60');
  const visitor = await world.browser.visitor(world.at(0), WITH_WORKER);
  const before = await Tab.enter(visitor, 'Pablo');
  await before.say('Before the tunnel');
  await before.sees('Before the tunnel');
  await isKept(before.page);
  // Of a room that nobody has opened here too.
  await isOnDevice(before.page, '1', 'Letter 60');
  await isOnDevice(before.page, '1', 'Before the tunnel');

  await visitor.context.setOffline(true);
  await before.page.reload();
  const tab = before;
  await tab.sees('Before the tunnel');
  await connection(tab.page).getByText(AWAY).waitFor();
  await shoot(tab.page, 'offline');
  await tab.room(/^Joe.*62/).waitFor();
  await tab.room(/^Joe/).click();
  await tab.sees('Letter 60');
  await tab.say('From the tunnel', 'Joe');
  await tab.line('From the tunnel').and(tab.page.locator('[data-state="sending"]')).waitFor();
  await connection(tab.page).getByText('1 message will be sent').waitFor();
  await shoot(tab.page, 'offline-written');
  await joe.say('Where are you?', 'Pablo');
  await joe.sees('Where are you?');
  await tab.page.reload();
  await tab.line('From the tunnel').and(tab.page.locator('[data-state="sending"]')).waitFor();
  const kept = [...Array.from({ length: 50 }, (_, i) => `Letter ${i + 11}`), 'From the tunnel'];
  await eventually(async () => expect(await tab.allTexts()).toEqual(kept));

  await visitor.context.setOffline(false);
  await tab.sees('From the tunnel');
  await joe.sees('From the tunnel');
  const last = ['Letter 60', 'Where are you?', 'From the tunnel'];
  await eventually(async () => expect(await joe.textsFrom('Letter 60')).toEqual(last));
  await eventually(async () => expect(await tab.textsFrom('Letter 60')).toEqual(last));
  // What is further up comes from where the device's end.
  let all: string[] = [];
  await eventually(async () => {
    all = await joe.allTexts();
    expect(all).toHaveLength(64);
  });
  await eventually(async () => expect(await tab.allTexts()).toEqual(all));
});

it('the same while the server is away; of the API no answer is kept', async () => {
  const tab = await Tab.enter(await world.browser.visitor(world.at(0), WITH_WORKER), 'Joe');
  await tab.say('Before the crash');
  await tab.sees('Before the crash');
  await isKept(tab.page);
  await isOnDevice(tab.page, '2', 'Before the crash');
  try {
    await world.cluster.gateway(0).end('SIGKILL');
    await tab.page.reload();
    await tab.sees('Before the crash');
    await connection(tab.page).getByText(AWAY).waitFor();
    await tab.say('During the crash');
    await tab.line('During the crash').and(tab.page.locator('[data-state="sending"]')).waitFor();
  } finally {
    await world.cluster.restartGateway(0);
  }
  await tab.sees('During the crash');
  await eventually(async () =>
    expect(await tab.textsFrom('Before the crash')).toEqual(['Before the crash', 'During the crash']),
  );
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
  await eventually(async () => expect(await said.textContent()).toBe(''));
});

/** What a browser has of a user, beside the pages that are open. */
const leftBehind = (page: Page) =>
  page.evaluate(async () => ({
    local: Object.keys(localStorage),
    tab: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
  }));

it('who signs out leaves nothing behind but what is of the device, in no tab; the client still opens without a network', async () => {
  const visitor = await world.browser.visitor(world.at(0), WITH_WORKER);
  const tab = await Tab.enter(visitor, 'Mary');
  await isKept(tab.page);
  await tab.page.evaluate(() => localStorage.setItem('preferences', JSON.stringify({ theme: 'dark' })));
  await tab.page.reload();
  await tab.room(/^General/).waitFor();
  const unsent = JSON.stringify({ roomId: '0', clientId: 'unsent-12345', message: 'secret', createdAt: 1 });
  await tab.page.evaluate(async (unsent) => {
    localStorage.setItem('redis-chat:outbox:2:unsent-12345', unsent);
    sessionStorage.setItem('draft:3:0', 'secret');
    await new Promise((done) => {
      indexedDB.open('rooms of 3').onsuccess = done;
    });
  }, unsent);
  const other = await Tab.open(visitor, '/chat/0');
  await other.room(/^General/).waitFor();
  // Of Joe, who was here before.
  expect((await leftBehind(other.page)).local.sort()).toEqual(['preferences', 'redis-chat:kept:3']);
  await isOnDevice(tab.page, '3', 'Hello!');
  await other.page.evaluate(() => sessionStorage.setItem('draft:3:0', 'secret'));

  const began = Date.now();
  await tab.askToSignOut();
  await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(Date.now() - began).toBeLessThan(10_000);
  await other.page.getByText('Your session has ended.').waitFor();

  await until(async () => (await visitor.context.cookies()).length === 1, 'the session cookie gone');
  // The device is still known.
  expect(await visitor.context.cookies()).toMatchObject([{ name: expect.stringMatching(/^chat-[0-9a-f]{8}-device$/) }]);
  for (const { page } of [tab, other]) {
    await until(async () => (await leftBehind(page)).tab.length === 0, 'no draft');
    expect(await leftBehind(page)).toEqual({ local: ['preferences'], tab: [], databases: [] });
  }
  await isKept(tab.page);
  await visitor.context.setOffline(true);
  await tab.page.reload();
  await tab.page
    .getByRole('alert')
    .getByText(/^(You are offline|The server cannot be reached)\./)
    .waitFor();
  await eventually(async () =>
    expect(await tab.page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark'),
  );
  await visitor.context.setOffline(false);
});

it('a session ended elsewhere keeps what is unsent and says so, until somebody else signs in', async () => {
  const visitor = await world.browser.visitor(world.at(0), WITH_WORKER);
  const tab = await Tab.enter(visitor, 'Alex');
  await tab.room(/^General/).waitFor();
  await isOnDevice(tab.page, '4', 'Hello!');
  const phone = await Person.signIn(world.at(0), 'Alex');
  await tab.page.evaluate(() => {
    const unsent = { roomId: '0', clientId: 'unsent-of-alex', message: 'I was not sent', createdAt: Date.now() };
    localStorage.setItem('redis-chat:outbox:4:unsent-of-alex', JSON.stringify(unsent));
  });
  await phone.request('DELETE', '/api/sessions');
  await tab.page.getByText('Your session has ended.').waitFor();
  await tab.page.getByText('1 message was not sent. It waits in this browser').waitFor();
  // Nobody reads here without a session.
  await until(async () => (await leftBehind(tab.page)).databases.length === 0, 'no rooms on the device');
  expect((await leftBehind(tab.page)).local).toEqual(['redis-chat:outbox:4:unsent-of-alex']);
  await tab.page.reload();
  await tab.page.getByText('1 message was not sent. It waits in this browser').waitFor();
  await tab.button('Mary').click();
  await tab.field().waitFor();
  expect(await leftBehind(tab.page)).toMatchObject({ local: ['redis-chat:kept:3'] });
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
  await eventually(async () => expect(await cacheNames(tab.page)).toHaveLength(1));
});

it('what one sends from a tunnel into a room that was never opened is shown there, with its state, and in the list', async () => {
  const visitor = await world.browser.visitor(world.at(0), WITH_WORKER);
  const tab = await Tab.enter(visitor, 'Joe');
  await tab.person('Mary').click();
  await tab.say('Hello Mary', 'Mary');
  await tab.sees('Hello Mary');
  await tab.room(/^General/).click();
  await tab.page.reload();
  await tab.room(/^Mary/).waitFor();
  await visitor.context.setOffline(true);
  // A device without a network does not tell its sockets.
  await tab.room(/^Mary/).click();
  await tab.page.getByText('Not loaded: you are offline.').waitFor();
  await tab.say('From the tunnel', 'Mary');
  await tab.line('From the tunnel').waitFor();
  await tab.room(/^Mary/).getByRole('img', { name: 'Sending' }).waitFor();
  await shoot(tab.page, 'desktop-not-loaded');
  await visitor.context.setOffline(false);
  await tab.sees('From the tunnel');
  await tab.sees('Hello Mary');
  await tab.room(/^Mary/).getByRole('img', { name: 'Sending' }).waitFor({ state: 'detached' });
});
