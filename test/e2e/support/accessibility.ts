import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** A room's line is called by its name alone: what else stands in it is its description. */
const RULES = { 'label-content-name-mismatch': { enabled: false } };

/** What axe finds serious or critical on a page as it is now: the rule and where, one line each. */
export async function barriers(page: Page): Promise<string[]> {
  // Not by a script element: the Content-Security-Policy forbids that, rightly.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (rules) => window.axe.run(document, { resultTypes: ['violations'], rules }),
    RULES,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id} (${help}): ${html.slice(0, 160)}`));
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
