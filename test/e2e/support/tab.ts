import type { Visitor } from '@app/testing';
import type { Locator, Page } from 'playwright-core';

/** The chat on one tab, as somebody at it sees and uses it. */
export class Tab {
  constructor(readonly page: Page) {}

  /** Opens a tab of somebody who is signed in, or not. */
  static async open(visitor: Visitor, path = '/'): Promise<Tab> {
    return new Tab(await visitor.open(path));
  }

  /** Opens a tab and enters as one of the demo's people, by their button. */
  static async enter(visitor: Visitor, name: string, path = '/'): Promise<Tab> {
    const tab = await Tab.open(visitor, path);
    await tab.button(name).click();
    await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'detached' });
    return tab;
  }

  /** Types name and password into the form that is shown, and sends it. */
  async fillIn(name: string, password: string): Promise<void> {
    await this.page.getByLabel('User name').fill(name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page
      .getByRole('form')
      .getByRole('button', { name: /^(Sign in|Create account)$/ })
      .click();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Chooses to sign out, in the menu on one's own name. */
  async askToSignOut(): Promise<void> {
    await this.page.getByRole('button', { name: /: menu$/ }).click();
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click();
  }

  get rooms(): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' });
  }

  get log(): Locator {
    return this.page.getByRole('log', { name: 'Messages' });
  }

  /** Where one writes to a room. */
  field(room = 'General'): Locator {
    return this.page.getByRole('textbox', { name: `Message ${room}`, exact: true });
  }

  /** A room's line in the list; its name, presence and number of new messages are read as one. */
  room(name: string | RegExp): Locator {
    return this.rooms.getByRole('link', { name });
  }

  /** The messages with exactly this text. */
  line(text: string): Locator {
    return this.log.getByRole('article').filter({ has: this.page.getByText(text, { exact: true }) });
  }

  /** Somebody in the people pane. */
  person(name: string, group?: 'Online' | 'Offline'): Locator {
    const pane = this.page.getByRole('region', { name: 'People' });
    return (group ? pane.getByRole('list', { name: group, exact: true }) : pane).getByRole('button', { name });
  }

  /** Writes a message and sends it with Enter. */
  async say(text: string, room = 'General'): Promise<void> {
    await this.field(room).fill(text);
    await this.field(room).press('Enter');
  }

  /** Waits until a message is shown as one that the server has. */
  async sees(text: string): Promise<void> {
    // The sign of sending comes late, so that its absence says nothing.
    await this.line(text).and(this.page.locator('[data-state="sent"]')).waitFor();
  }

  /** The texts in the log around what is in sight, oldest first, and the newest. */
  texts(): Promise<string[]> {
    return this.log
      .getByRole('article')
      .evaluateAll((lines) =>
        lines.map((line) => document.getElementById(line.getAttribute('aria-describedby') ?? '')?.textContent ?? ''),
      );
  }

  /** The oldest text that is there. */
  async oldest(): Promise<string> {
    return (await this.texts())[0] ?? '';
  }

  /** All loaded texts, oldest first: what is met on the way from the top to the end. */
  async allTexts(): Promise<string[]> {
    const met = new Map<number, string>();
    await this.log.evaluate((log) => {
      // As a reader does, who would not be brought anywhere any more.
      log.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }));
      log.scrollTo({ top: 0 });
    });
    for (let isEnd = false; !isEnd; ) {
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const lines = await this.log
        .getByRole('article')
        .evaluateAll((lines) =>
          lines.map((line): [number, string] => [
            Number(line.getAttribute('data-index')),
            document.getElementById(line.getAttribute('aria-describedby') ?? '')?.textContent ?? '',
          ]),
        );
      for (const [index, text] of lines) met.set(index, text);
      isEnd = await this.log.evaluate((log) => {
        const isEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 1;
        log.scrollBy({ top: log.clientHeight / 2 });
        return isEnd;
      });
    }
    return [...met].sort(([a], [b]) => a - b).map(([, text]) => text);
  }

  /** The texts from this one on. */
  async textsFrom(first: string): Promise<string[]> {
    const texts = await this.texts();
    return texts.slice(texts.indexOf(first));
  }
}
