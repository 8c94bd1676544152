import { eventually, until } from '@app/testing';
import { Tab } from './support/tab';
import { GATEWAY_AWAY, useWorld } from './support/world';

const world = useWorld({ appendonly: true });

/** Pablo and Joe in General, each at a gateway of his own. */
async function twoTabs(...expected: RegExp[]): Promise<[Tab, Tab]> {
  const [pablo, joe] = await Promise.all(
    ['Pablo', 'Joe'].map(async (name, i) => Tab.enter(await world.browser.visitor(world.at(i), { expected }), name)),
  );
  if (!pablo || !joe) throw new Error('nobody there');
  return [pablo, joe];
}

it('a restart of Redis: what was typed meanwhile is shown as sending and goes out, nothing is missing or doubled', async () => {
  const [pablo, joe] = await twoTabs(/status of 503/);
  await pablo.say('Before the outage');
  await joe.sees('Before the outage');

  await world.redis.kill();
  await pablo.say('Typed while Redis was away');
  await pablo.say('And one more');
  await pablo.line('Typed while Redis was away').getByRole('img', { name: 'Sending' }).waitFor();
  await pablo.line('And one more').getByRole('img', { name: 'Sending' }).waitFor();
  expect(await joe.line('And one more').count()).toBe(0);
  await world.redis.restart();

  for (const tab of [pablo, joe]) await tab.sees('And one more');
  await joe.say('After the outage');
  for (const tab of [pablo, joe]) {
    await tab.sees('After the outage');
    await eventually(async () =>
      expect(await tab.textsFrom('Before the outage')).toEqual([
        'Before the outage',
        'Typed while Redis was away',
        'And one more',
        'After the outage',
      ]),
    );
    expect(await tab.page.getByRole('img', { name: 'Sending' }).count()).toBe(0);
  }
  // The same as what is stored.
  await joe.page.reload();
  await joe.sees('After the outage');
  await eventually(async () =>
    expect(await joe.textsFrom('Before the outage')).toEqual(await pablo.textsFrom('Before the outage')),
  );
});

it('what is written while the own gateway is dead is queued, and goes out in order and once when it is back', async () => {
  const [pablo, joe] = await twoTabs(...GATEWAY_AWAY);
  await pablo.say('Before the kill');
  await joe.sees('Before the kill');
  const texts = ['Queued 1', 'Queued 2', 'Queued 3'];
  try {
    await world.cluster.gateway(0).end('SIGKILL');
    for (const text of texts) await pablo.say(text);
    await pablo.line('Queued 3').getByRole('img', { name: 'Sending' }).waitFor();
    await pablo.page.getByRole('status', { name: 'Connection' }).getByText('3 messages will be sent').waitFor();
    await joe.say('Meanwhile');
    await joe.sees('Meanwhile');
  } finally {
    await world.cluster.restartGateway(0);
  }
  for (const tab of [pablo, joe]) {
    await tab.sees('Queued 3');
    await tab.sees('Meanwhile');
    await eventually(async () =>
      expect(await tab.textsFrom('Before the kill')).toEqual(['Before the kill', 'Meanwhile', ...texts]),
    );
  }
  const connection = pablo.page.getByRole('status', { name: 'Connection' });
  await until(async () => (await connection.textContent()) === '', 'no word about the connection');
});

it('gateways that lost their subscription in a quiet room: nothing is missing or doubled', async () => {
  const [pablo, joe] = await twoTabs(/status of 503/);
  await pablo.say('It is quiet here');
  await joe.sees('It is quiet here');
  const redis = await world.redis.connect();
  const texts = ['It is quiet here'];
  for (const [i, tab] of [pablo, joe, pablo, joe].entries()) {
    const text = `Unheard ${i}`;
    texts.push(text);
    const killed = await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    expect(killed).toBeGreaterThanOrEqual(2);
    await tab.say(text);
    for (const other of [pablo, joe]) await other.sees(text);
  }
  for (const tab of [pablo, joe])
    await eventually(async () => expect(await tab.textsFrom('It is quiet here')).toEqual(texts));
});

it('a server that says what the page does not understand: it is loaded anew once, then by hand, and keeps what was written', async () => {
  const [pablo] = await twoTabs();
  await pablo.page.getByRole('textbox', { name: 'Message General' }).fill('a draft');
  // Left first: it might still ask, and be loaded anew itself.
  const url = pablo.page.url();
  await pablo.page.goto('about:blank');
  let loaded = 0;
  pablo.page.on('domcontentloaded', () => loaded++);
  await pablo.page.route('**/api/rooms', (route) => route.fulfill({ json: { rooms: [{ name: 'of another form' }] } }));
  await pablo.page.goto(url);
  const reload = pablo.page.getByRole('button', { name: 'Reload', exact: true });
  await until(() => loaded === 2, 'the page to be loaded anew', 30_000);
  await reload.waitFor();
  expect(await pablo.page.getByRole('textbox', { name: 'Message General' }).inputValue()).toBe('a draft');
  // All that is understood goes on.
  await pablo.page.getByRole('textbox', { name: 'Message General' }).fill('Said by an old page');
  await pablo.page.keyboard.press('Enter');
  await pablo.sees('Said by an old page');
  await pablo.page.unroute('**/api/rooms');
  await reload.click();
  await until(() => loaded === 3, 'the page to be loaded anew by hand');
  await pablo.sees('Said by an old page');
  expect(await reload.count()).toBe(0);
});
