import { eventually, startRedis, TestBrowser, type TestRedis, until } from '@app/testing';
import { gatewaysOf } from './support/gateways';
import { Launched } from './support/launched';
import { Tab } from './support/tab';
import { GATEWAY_AWAY } from './support/world';

let redis: TestRedis;
let launched: Launched;
let browser: TestBrowser;

beforeAll(async () => {
  [redis, browser] = await Promise.all([startRedis(), TestBrowser.start()]);
  launched = await Launched.start({ redis });
});
afterEach(() => browser?.clear());
afterAll(async () => {
  await browser?.stop();
  await launched?.discard();
  await redis?.stop();
});

it('npm start: whoever is on a gateway that is killed is on the other and misses nothing; Ctrl-C ends all of it', async () => {
  const somebody = await browser.visitor(launched.url, { expected: GATEWAY_AWAY });
  const pablo = new Tab(await somebody.context.newPage());
  const gateways = gatewaysOf(pablo.page);
  await pablo.page.goto('/');
  await pablo.button('Pablo').click();
  await until(() => gateways.length === 1, 'a connection');
  const [killed = 0] = gateways;
  const other = killed === 1 ? 2 : 1;
  const joe = await Tab.enter(await browser.visitor(launched.gatewayUrl(other)), 'Joe');
  await joe.say('Before');
  await pablo.sees('Before');
  await pablo.page.evaluate('window.notReloaded = true');

  launched.killGateway(killed);
  // It is back in a second, before some clients try again.
  const holdDown = setInterval(() => launched.killGateway(killed), 50);
  for (const text of ['Meanwhile 1', 'Meanwhile 2', 'Meanwhile 3']) await joe.say(text);
  await until(() => gateways.at(-1) === other, 'the other gateway').finally(() => clearInterval(holdDown));
  await pablo.sees('Meanwhile 3');
  await joe.say('After');
  await pablo.sees('After');
  await pablo.say('I am still here');
  await joe.sees('I am still here');
  for (const tab of [pablo, joe]) {
    await eventually(async () =>
      expect(await tab.textsFrom('Before')).toEqual([
        'Before',
        'Meanwhile 1',
        'Meanwhile 2',
        'Meanwhile 3',
        'After',
        'I am still here',
      ]),
    );
  }
  expect(await pablo.page.evaluate('window.notReloaded')).toBe(true);
  await launched.says(`gateway-${killed} ended (SIGKILL); starting it again`);
  await joe.person('Pablo', 'Online').waitFor();

  await browser.clear();
  const began = performance.now();
  expect(await launched.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  for (const url of [launched.url, launched.gatewayUrl(1), launched.gatewayUrl(2)]) {
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  }
});
