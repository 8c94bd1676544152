import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { barriers } from './accessibility';

const FOLDER = join(process.cwd(), 'screenshots');

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const SMALL_PHONE: BrowserContextOptions = { ...PHONE, viewport: { width: 320, height: 568 } };

/**
 * Writes what a page shows, in the light and in the dark, to the folder `screenshots`, for people to look at. Whatever
 * is shown, nothing may stick out at the side, and nothing may bar anybody from using it.
 */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.mouse.move(0, 0);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`), animations: 'disabled' });
    expect(await barriers(page)).toEqual([]);
  }
  expect(await tooWide(page)).toEqual([]);
  expect(await looseTexts(page)).toEqual([]);
}

/**
 * Texts that share their parent with something else: where a browser's translation has changed one of them, nobody can put
 * another in its place any more.
 */
function looseTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const loose: string[] = [];
    while (texts.nextNode()) {
      const { data, parentNode } = texts.currentNode as Text;
      const beside = [...(parentNode?.childNodes ?? [])].filter(
        (node) => node.textContent?.trim() || node instanceof Element,
      );
      if (data.trim() !== '' && beside.length > 1) loose.push((parentNode as Element).outerHTML.slice(0, 160));
    }
    return loose;
  });
}

/** What sticks out at the right of the page. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** The contrast of the text in an element against what is behind it, as WCAG counts it. */
export function contrastOf(page: Page, selector: string): Promise<number> {
  return page.evaluate((selector) => {
    const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const element = document.querySelector(selector);
    if (!pixel || !element) throw new Error(`no ${selector}`);
    const paint = (colour: string) => {
      pixel.fillStyle = colour;
      pixel.fillRect(0, 0, 1, 1);
    };
    const luminance = () => {
      const [r = 0, g = 0, b = 0] = [...pixel.getImageData(0, 0, 1, 1).data].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement)
      behind.unshift(getComputedStyle(at).backgroundColor);
    for (const colour of ['white', ...behind]) paint(colour);
    const ground = luminance();
    paint(getComputedStyle(element).color);
    const text = luminance();
    return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
  }, selector);
}
