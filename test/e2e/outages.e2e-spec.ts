import { Tab } from './support/tab';
import { useWorld } from './support/world';

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
    expect(await tab.textsFrom('Before the outage')).toEqual([
      'Before the outage',
      'Typed while Redis was away',
      'And one more',
      'After the outage',
    ]);
    expect(await tab.page.getByRole('img', { name: 'Sending' }).count()).toBe(0);
  }
  // The same as what is stored.
  await joe.page.reload();
  await joe.sees('After the outage');
  expect(await joe.textsFrom('Before the outage')).toEqual(await pablo.textsFrom('Before the outage'));
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
  for (const tab of [pablo, joe]) expect(await tab.textsFrom('It is quiet here')).toEqual(texts);
});
