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
