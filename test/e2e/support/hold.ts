import type { Page, Route } from 'playwright-core';

/** Keeps a page's requests waiting until they are to be answered. */
export async function hold(page: Page, url: RegExp) {
  const waiting: Route[] = [];
  await page.route(url, (route) => {
    waiting.push(route);
  });
  return {
    url,
    get isAsked() {
      return waiting.length > 0;
    },
    answer() {
      for (const route of waiting.splice(0)) void route.continue();
    },
  };
}

type Held = Window & { held?: (() => Promise<void>)[] };

/** Keeps what a page asks of histories over its open socket waiting until it is to be answered. @param end where from */
export async function holdPages(page: Page, end: 'before' | 'after' | 'around') {
  await page.evaluate((end) => {
    const held: (() => Promise<void>)[] = [];
    (window as Held).held = held;
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      const [, ack] = /^42(\d+)\["room\.page"/.exec(String(data)) ?? [];
      // What took this one's place holds what it is to.
      if ((window as Held).held !== held || ack === undefined || !String(data).includes(`"${end}":`))
        return send.call(this, data);
      held.push(async () => {
        const answered = new Promise<void>((done) => {
          this.addEventListener('message', function heard({ data }) {
            if (!String(data).startsWith(`43${ack}[`)) return;
            this.removeEventListener('message', heard);
            done();
          });
        });
        send.call(this, data);
        await answered;
      });
    };
  }, end);
  return {
    isAsked: () => page.evaluate(() => ((window as Held).held ?? []).length > 0),
    /** Resolves when they are answered. */
    answer: () => page.evaluate(() => Promise.all(((window as Held).held ?? []).splice(0).map((send) => send()))),
  };
}
