import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Visitor } from './visitor';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Only bounds what hangs: all waiting is for conditions. */
const PATIENCE_MS = 20_000;
const SCREEN: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  locale: 'en-GB',
  timezoneId: 'UTC',
  reducedMotion: 'reduce',
  // It takes pages over at a moment of its own, and what goes through it is not seen by `page.route`.
  serviceWorkers: 'block',
};

export interface VisitorOptions extends BrowserContextOptions {
  /** Complaints in the browser's console that belong to the story. */
  expected?: RegExp[];
}

/** A real Chromium (CHROMIUM, else Debian's) with any number of people before it. */
export class TestBrowser {
  private visitors: Visitor[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly expected: readonly RegExp[],
  ) {}

  /** Starts one; a spec file needs no more. @param expected complaints that belong to the story of every visitor */
  static async start(expected: readonly RegExp[] = []): Promise<TestBrowser> {
    // Loads slowly; whoever needs no browser does without it.
    const { chromium } = await import('playwright-core');
    return new TestBrowser(
      await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: FLAGS }),
      expected,
    );
  }

  /** Somebody new at the server at `url`, with cookies and storage of their own. */
  async visitor(url: string, { expected = [], ...options }: VisitorOptions = {}): Promise<Visitor> {
    const context = await this.browser.newContext({ ...SCREEN, ...options, baseURL: url });
    context.setDefaultTimeout(PATIENCE_MS);
    const visitor = new Visitor(context, [...this.expected, ...expected]);
    this.visitors.push(visitor);
    return visitor;
  }

  /**
   * Everybody leaves.
   * @throws Error with what the browser complained of on their pages, if that was not expected
   */
  async clear(): Promise<void> {
    const leaving = this.visitors.splice(0);
    await Promise.all(leaving.map((visitor) => visitor.leave()));
    const complaints = leaving.flatMap((visitor) => visitor.unexpected);
    if (complaints.length > 0) throw new Error(`The browser complained:\n${complaints.join('\n')}`);
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}
