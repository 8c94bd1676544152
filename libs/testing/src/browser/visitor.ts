import type { BrowserContext, Page } from 'playwright-core';

/** What Chromium says when an interface of the machine comes or goes, as those of containers do: no part of any story. */
const INTERFACES_CHANGED = /ERR_NETWORK_CHANGED/;

/** Somebody at a browser; all their tabs share cookies and storage. */
export class Visitor {
  /** Errors in the console and exceptions nobody caught, of all tabs. */
  readonly complaints: string[] = [];

  constructor(
    readonly context: BrowserContext,
    private readonly expected: readonly RegExp[],
  ) {
    context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (web) => {
      const error = web.error();
      // A DOMException that the browser rejects with has no stack.
      this.complaints.push(`Uncaught ${error.stack || `${error.name}: ${error.message}`} (${web.page()?.url()})`);
    });
  }

  /** Opens a tab. */
  async open(path = '/'): Promise<Page> {
    const page = await this.context.newPage();
    page.on('crash', () => this.complaints.push('The page crashed'));
    let isBroken: boolean;
    page.on('requestfailed', (request) => {
      isBroken ||= INTERFACES_CHANGED.test(request.failure()?.errorText ?? '');
    });
    do {
      isBroken = false;
      await page.goto(path).catch((error) => {
        if (!isBroken) throw error;
      });
    } while (isBroken);
    return page;
  }

  /** Complaints that do not belong to the story. */
  get unexpected(): string[] {
    const all = [INTERFACES_CHANGED, ...this.expected];
    return this.complaints.filter((complaint) => !all.some((pattern) => pattern.test(complaint)));
  }

  /** Closes all tabs, as if the browser was closed. */
  async leave(): Promise<void> {
    await this.context.close();
  }
}
