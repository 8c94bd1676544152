import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Cluster, type Ears, Person, startRedis, until } from '@app/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { runProgram } from '../../scripts/lib/program.mjs';
import { quantile, type TraceEvent, workPerFrame } from './frames';
import { fillGeneral } from './history';

/** As many as a room may have that people scroll in; `MESSAGES` for a quick look. */
const MESSAGES = Number(process.env.MESSAGES ?? 100_000);
const PER_SECOND = 100;
const SCROLL_MS = 10_000;
const TEXT = 'The quick brown fox jumps over the lazy dog, again and again.';

const say = (what: string, figure: string) => void process.stdout.write(`${what.padEnd(48)} ${figure}\n`);
const ms = (value: number) => `${value.toFixed(1)} ms`;

async function signIn(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } });
  await context.request.post('/api/session', { data: { username: 'Pablo', password: 'password123' } });
  context.setDefaultTimeout(120_000);
  return context.newPage();
}

/** From the click on a link to the client until a message is painted. */
async function firstPaint(page: Page): Promise<number> {
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('[role="log"] article')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => Object.assign(window, { painted: performance.now() })));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto('/chat/0');
  return (await page.waitForFunction(() => (window as { painted?: number }).painted)).jsonValue() as Promise<number>;
}

/** Scrolls up until the beginning of the room is there. */
async function loadAll(page: Page): Promise<void> {
  const beginning = page.getByText('This is where General begins.');
  const isThere = async () => {
    await page.getByRole('log').evaluate((log) => log.scrollTo({ top: 0 }));
    return beginning.isVisible();
  };
  await until(isThere, 'the whole history', 600_000);
}

/** Others talk, without a pause. @returns what ends it, and says how many of their messages were stored a second */
function talk(people: readonly Ears[]): () => number {
  let [count, stored] = [0, 0];
  const began = performance.now();
  const timer = setInterval(() => {
    // A timer that is late makes up for it.
    for (const due = ((performance.now() - began) / 1000) * PER_SECOND; count < due; count++) {
      const answer = people[count % people.length]?.call('message', { roomId: '0', message: `News ${count}` });
      void answer?.then(({ ok }) => {
        if (ok) stored++;
      });
    }
  }, 1000 / PER_SECOND);
  return () => {
    clearInterval(timer);
    return stored / ((performance.now() - began) / 1000);
  };
}

async function scrollFrames(browser: Browser, page: Page): Promise<number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
  await page.getByRole('log').evaluate(
    (log, forMs) =>
      new Promise<void>((done) => {
        log.scrollTo({ top: log.scrollHeight / 2 });
        const end = performance.now() + forMs;
        const step = () => {
          log.scrollBy({ top: -60 });
          if (performance.now() < end) requestAnimationFrame(step);
          else done();
        };
        requestAnimationFrame(step);
      }),
    SCROLL_MS,
  );
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return workPerFrame(traceEvents);
}

/** From each key until what it changed is painted (Event Timing: in steps of 8 ms, what is below 16 ms counts as 16). */
async function typing(page: Page): Promise<number[]> {
  const stop = await lookAt(page);
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') seen.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
  await page.getByRole('textbox', { name: 'Message General' }).click();
  await page.keyboard.type(TEXT, { delay: 60 });
  const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
  await stop();
  return [...seen, ...Array.from({ length: TEXT.length - seen.length }, () => 16)];
}

/** Leaves the CPU to the browser first, which has a machine of its own where people chat. */
function lowerPriority(): void {
  setPriority(19);
  try {
    // Linux schedules sessions before processes, and the browser has its own session.
    writeFileSync('/proc/self/autogroup', '19');
  } catch {
    // No autogroups here.
  }
}

/** Takes every frame: a headless browser that nobody looks at tells of a frame's presentation with the next one only. */
async function lookAt(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  session.on('Page.screencastFrame', ({ sessionId }) => void session.send('Page.screencastFrameAck', { sessionId }));
  await session.send('Page.startScreencast', { format: 'jpeg', quality: 20 });
  return () => session.detach();
}

async function main(): Promise<void> {
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
  lowerPriority();
  const redis = await startRedis();
  await fillGeneral(await redis.connect(), MESSAGES);
  const cluster = await Cluster.start({ redis, gateways: 1 });
  // The same with long pages: to get 100,000 messages into a client in reasonable time.
  const wide = await cluster.spawn('gateway', { GATEWAY_ID: 'gateway-9', PAGE_SIZE: '1000' });
  try {
    const { url } = cluster.gateway(0);
    const paints: number[] = [];
    for (let i = 0; i < 5; i++) {
      const page = await signIn(browser, url);
      paints.push(await firstPaint(page));
      await page.context().close();
    }
    say('page opened to first message painted, median of 5', ms(quantile(paints, 0.5)));

    const page = await signIn(browser, wide.url);
    await firstPaint(page);
    await loadAll(page);
    const people = await Promise.all(['Joe', 'Mary', 'Alex'].map((name) => Person.signIn(wide.url, name)));
    const hush = talk(await Promise.all(people.map((person) => person.connect())));
    const frames = await scrollFrames(browser, page);
    const within = frames.filter((work) => work < 17).length / frames.length;
    say(`frames of ${SCROLL_MS / 1000} s of scrolling in ${MESSAGES} messages`, `${frames.length}`);
    say(
      'main thread, CPU time a frame: median, 95 %, 99 %',
      [0.5, 0.95, 0.99].map((part) => ms(quantile(frames, part))).join(', '),
    );
    say('frames with less than 17 ms of work', `${(100 * within).toFixed(1)} %`);
    const keys = await typing(page);
    say('messages that arrived meanwhile', `${hush().toFixed(0)} a second`);
    say(
      `key to paint at ${PER_SECOND} messages/s: median, 95 %, max`,
      [0.5, 0.95, 1].map((part) => ms(quantile(keys, part))).join(', '),
    );
  } finally {
    await browser.close();
    await wide.end();
    await cluster.stop();
    await redis.stop();
  }
}

runProgram(main);
