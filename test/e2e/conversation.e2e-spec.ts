import { eventually, PASSWORD_OF_TESTS, Person, until } from '@app/testing';
import { shoot } from './support/screens';
import { Tab } from './support/tab';
import { post, useWorld } from './support/world';

const world = useWorld();

type Box = Record<'x' | 'y' | 'width' | 'height', number>;

it('two people on different gateways talk in General and in private', async () => {
  const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  const joe = await Tab.open(await world.browser.visitor(world.at(1)));
  await joe.fillIn('Joe', 'password123');

  await pablo.say('Hello from the first gateway');
  await joe.sees('Hello from the first gateway');
  await joe.say('Hello from the second');
  await pablo.sees('Hello from the second');
  for (const tab of [pablo, joe]) {
    await eventually(async () =>
      expect(await tab.textsFrom('Hello from the first gateway')).toEqual([
        'Hello from the first gateway',
        'Hello from the second',
      ]),
    );
  }

  await pablo.person('Joe', 'Online').click();
  await pablo.page.getByRole('heading', { level: 1, name: 'Joe' }).waitFor();
  await pablo.say('Just between us', 'Joe');
  await pablo.sees('Just between us');
  await joe.room('Pablo online 1 new').click();
  await joe.sees('Just between us');
  await joe.say('Nobody else reads this', 'Pablo');
  await pablo.sees('Nobody else reads this');

  await joe.room('General').click();
  await joe.sees('Hello from the second');
  expect(await joe.texts()).not.toContain('Just between us');
});

it('a reload keeps the session, the room and the history, and nobody sees one leave', async () => {
  const joe = await Tab.enter(await world.browser.visitor(world.at(1)), 'Joe');
  const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
  await pablo.person('Mary').click();
  await pablo.say('Mary, are you there?', 'Mary');
  await pablo.sees('Mary, are you there?');
  await joe.person('Pablo', 'Online').waitFor();
  const leaving = await watchLeaving(joe, 'Pablo');

  await pablo.page.reload();
  await pablo.sees('Mary, are you there?');
  await pablo.page.getByRole('heading', { level: 1, name: 'Mary' }).waitFor();
  await pablo.say('Never mind', 'Mary');
  await pablo.sees('Never mind');

  // Whoever left after the reload began is seen to leave after it.
  const alex = await Person.signIn(world.at(1), 'Alex');
  await alex.connect();
  await joe.person('Alex', 'Online').waitFor();
  alex.leave();
  await joe.person('Alex', 'Offline').waitFor();
  expect(await leaving()).toBe(0);
});

it('one who closes a tab of two stays online; closing the last one shows as offline', async () => {
  const mary = await Tab.enter(await world.browser.visitor(world.at(1)), 'Mary');
  const pablo = await world.browser.visitor(world.at(0));
  const first = await Tab.enter(pablo, 'Pablo');
  // The same session at the other gateway: cookies do not know ports.
  const second = await Tab.open(pablo, `${world.at(1)}/chat/0`);
  await mary.person('Pablo', 'Online').waitFor();
  for (const tab of [first, second]) await tab.person('Mary', 'Online').waitFor();
  const leaving = await watchLeaving(mary, 'Pablo');

  const alex = await Person.signIn(world.at(1), 'Alex');
  await alex.connect();
  await mary.person('Alex', 'Online').waitFor();
  await first.page.close();
  alex.leave();
  await mary.person('Alex', 'Offline').waitFor();
  expect(await leaving()).toBe(0);
  await second.say('Still here');
  await mary.sees('Still here');

  await second.page.close();
  await mary.person('Pablo', 'Offline').waitFor();
});

/** Counts from now on how often somebody is shown as offline. */
async function watchLeaving(tab: Tab, name: string): Promise<() => Promise<number>> {
  await tab.page.evaluate((name) => {
    const seen = window as Window & { left?: number };
    seen.left = 0;
    const isOffline = () => document.querySelector('ul[aria-label="Offline"]')?.textContent?.includes(name) === true;
    let before = isOffline();
    new MutationObserver(() => {
      const now = isOffline();
      if (now && !before) seen.left = (seen.left ?? 0) + 1;
      before = now;
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, name);
  return () => tab.page.evaluate(() => (window as Window & { left?: number }).left ?? -1);
}

describe('text', () => {
  const HTML = '<img src=x onerror=window.ran=1>';
  const TEXTS = [
    HTML,
    '<script>window.ran = 1</script>',
    '<a href="javascript:window.ran=1">click</a>',
    'javascript:window.ran=1',
    '{{constructor.constructor("window.ran=1")()}} &lt;b&gt; &amp;',
    '"><svg/onload=window.ran=1>',
  ];

  it('is shown as it was written, wherever it is shown', async () => {
    const mallory = await Person.register(world.at(1), HTML);
    const ears = await mallory.connect();
    const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
    const { page } = pablo;
    await pablo.person(HTML, 'Online').click();
    await page.getByRole('heading', { level: 1, name: HTML, exact: true }).waitFor();
    // Before it may stand how much is unread elsewhere.
    await until(async () => (await page.title()).replace(/^\(\d+\) /, '') === `${HTML} · redis-chat`, 'the title');
    await eventually(async () => expect(await pablo.field(HTML).getAttribute('placeholder')).toBe(`Message ${HTML}`));
    const { body: room } = await mallory.post('/api/rooms', { userId: '1' });
    for (const text of TEXTS) {
      await ears.say(room.id, text);
      await ears.say('0', text);
      await pablo.sees(text);
    }
    await pablo.say(HTML, HTML);
    await until(async () => (await pablo.texts()).length === TEXTS.length + 1, 'all messages');
    await eventually(async () => expect(await pablo.texts()).toEqual([...TEXTS, HTML]));
    await pablo.room(`${HTML} online`).getByText(`You: ${HTML}`, { exact: true }).waitFor();
    await pablo
      .room(/^General/)
      .getByText(`${HTML}: ${TEXTS.at(-1)}`, { exact: true })
      .waitFor();
    await pablo.room(/^General/).click();
    for (const text of TEXTS) await pablo.sees(text);
    await pablo.log.getByText(HTML, { exact: true }).first().waitFor();
    await ears.call('typing', { roomId: '0' });
    await page.getByText(`${HTML} is typing…`, { exact: true }).waitFor();
    await ears.say('0', 'Read this out');
    await page.locator('[aria-live="polite"]').getByText(`${HTML}: Read this out`, { exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('img');
    await page.getByRole('option').getByText(HTML, { exact: true }).waitFor();
    await page.getByRole('combobox').fill(`${HTML}!`);
    await page.getByText(`Nothing is called “${HTML}!”. Try a part of the name.`).waitFor();
    const mine = await Tab.open(await world.browser.visitor(world.at(1)));
    await mine.fillIn(HTML, PASSWORD_OF_TESTS);
    await mine.rooms
      .getByRole('contentinfo')
      .or(mine.rooms.locator('footer'))
      .getByText(HTML, { exact: true })
      .waitFor();

    for (const each of [page, mine.page]) {
      expect(await each.locator('img, iframe, a[href^="javascript"], main script, svg[onload]').count()).toBe(0);
      expect(await each.evaluate('window.ran')).toBeUndefined();
    }
    mallory.leave();
  });

  it('may carry a few marks, and HTML among them stays text', async () => {
    const joe = await Person.signIn(world.at(1), 'Joe');
    const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
    await post(joe, '0', [
      `**Look:** *this* is \`${HTML}\`\n> ${HTML}\n- https://redis.io/a_b_c\n\`\`\`\n${HTML}\n\`\`\``,
    ]);
    const line = pablo.log.getByRole('article').last();
    await line
      .getByRole('strong')
      .filter({ hasText: /^Look:$/ })
      .waitFor();
    await line
      .getByRole('emphasis')
      .filter({ hasText: /^this$/ })
      .waitFor();
    await eventually(async () => expect(await line.getByRole('code').allTextContents()).toEqual([HTML, HTML]));
    await eventually(async () => expect(await line.getByRole('blockquote').textContent()).toBe(HTML));
    await eventually(async () =>
      expect(await line.getByRole('listitem').getByRole('link').getAttribute('href')).toBe('https://redis.io/a_b_c'),
    );
    expect(await line.locator('img').count()).toBe(0);
    expect(await pablo.page.evaluate('window.ran')).toBeUndefined();
    await shoot(pablo.page, 'desktop-marks');
    await pablo.page.setViewportSize({ width: 320, height: 568 });
    await pablo.log.getByRole('code').last().waitFor();
    await shoot(pablo.page, 'phone-small-marks');
    await pablo.button('Emoji').click();
    await pablo.page.getByRole('option', { name: 'grinning face', exact: true }).waitFor();
    await shoot(pablo.page, 'phone-small-emoji');
  });

  it('covers nothing above or below its message, however many marks are piled up', async () => {
    const joe = await Person.signIn(world.at(1), 'Joe');
    const pablo = await Tab.enter(await world.browser.visitor(world.at(0)), 'Pablo');
    await post(joe, '0', ['Stands above the pile', 'a', 'Stands below the pile']);
    await pablo.sees('Stands below the pile');
    const pictures = () =>
      Promise.all(
        ['Stands above the pile', 'Stands below the pile'].map(async (text) => {
          const { x, y, width, height } = (await pablo.line(text).locator('p').boundingBox()) as Box;
          // The space between two lines is anybody's.
          const picture = await pablo.page.screenshot({ clip: { x, y: y + 3, width, height: height - 6 } });
          return picture.toString('base64');
        }),
      );
    const plain = await pictures();
    // In its place: what is to be compared stays where it is.
    const pile = await pablo.line('a').locator('p').elementHandle();
    for (const mark of ['\u0301', '\u0333', '\u20DD', '\u0E49', '\u0489']) {
      await pile?.evaluate(
        (shown, text) => {
          if (shown.firstChild) shown.firstChild.nodeValue = text;
        },
        `a${mark.repeat(1000)}`,
      );
      await eventually(async () =>
        expect((await pictures()).map((picture, i) => picture === plain[i])).toEqual([true, true]),
      );
    }
  });

  it('would not run if it ever got into the page', async () => {
    const visitor = await world.browser.visitor(world.at(0), { expected: [/Content Security Policy/, /404/] });
    const page = await visitor.open();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.evaluate((html) => document.body.insertAdjacentHTML('beforeend', html), HTML);
    await until(() => visitor.complaints.some((text) => /inline event handler/.test(text)), 'the refusal');
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });
});
