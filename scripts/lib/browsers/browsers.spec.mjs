import { deepEqual, equal, match } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../folders.mjs';
import { ALLOWED } from './allowed.mjs';
import { neededByScript } from './scripts.mjs';
import { neededByStyles } from './styles.mjs';
import { oldestBrowsers } from './support.mjs';

const names = (needed) => [...needed.keys()];

for (const [code, needed] of [
  ['URL.canParse(a)', 'URL.canParse'],
  ['window.x = structuredClone; Promise.withResolvers()', 'Promise.withResolvers'],
  ['Object.groupBy(a, b)', 'Object.groupBy'],
  ['AbortSignal.any([a])', 'AbortSignal.any'],
  ['new Set(a).union(b)', '.union'],
  ['const f = a["isWellFormed"]', '.isWellFormed'],
  ['a.values().toArray()', '.toArray'],
  ['bytes.toHex()', '.toHex'],
  ['/[\\p{L}--a]/v', 'RegExp flag v'],
  ['new RegExp("(?<!a)b")', 'RegExp lookbehind'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a script
  ['new RegExp(`(?<=a)${b}`)', 'RegExp lookbehind'],
  ['/(?i:a)b/', 'RegExp modifiers'],
  ['class A { static { a() } }', 'StaticBlock'],
  ['requestIdleCallback(a)', 'requestIdleCallback'],
  ['window.requestIdleCallback(a)', 'requestIdleCallback'],
  ['document.startViewTransition(a)', '.startViewTransition'],
  ['navigator.share(a)', '.share'],
]) {
  test(`a script needs: ${code}`, () => deepEqual(names(neededByScript(code)), [needed]));
}

for (const code of [
  '[1].toSorted().at(-1).findLast(a)',
  'new URL(a); structuredClone(b); queueMicrotask(c)',
  'if ("canParse" in URL) URL.canParse(a)',
  'typeof requestIdleCallback === "function" && requestIdleCallback(a)',
  'a.startViewTransition?.(b)',
  'class Queue { lost() {} } a.lost()',
]) {
  test(`a script needs nothing new: ${code}`, () => deepEqual(names(neededByScript(code)), []));
}

for (const [styles, needed] of [
  ['a { color: light-dark(red, blue) }', 'light-dark()'],
  ['a { --x: color-mix(in srgb, red, blue) }', 'color-mix()'],
  ['a { color: oklch(0.5 0.1 20) }', undefined],
  ['a:has(b) { c: d }', ':has'],
  ['a { b { color: red } }', 'nesting'],
  ['@scope (a) { b { color: red } }', '@scope'],
  ['@starting-style { b { color: red } }', '@starting-style'],
  ['a { height: 100dvh }', undefined],
  ['a { text-wrap: pretty }', 'text-wrap: pretty'],
  ['@supports (field-sizing: content) { a { field-sizing: content } }', undefined],
  ['a { anchor-name: --b }', 'anchor-name'],
]) {
  test(`a style sheet needs ${needed ?? 'nothing new'}: ${styles}`, () => {
    const found = names(neededByStyles(styles));
    equal(needed === undefined ? found.length === 0 : found.includes(needed), true, found.join(', '));
  });
}

test('the browsers that the README names are those of the list', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const { chrome, edge, firefox, safari, safari_ios: ios } = Object.fromEntries(oldestBrowsers());
  match(readme, new RegExp(`Chrome ${chrome}, Edge ${edge}, Firefox ${firefox}, Safari ${safari} and iOS ${ios}\\b`));
});

test('the built client needs nothing that one of those browsers lacks', () => {
  const folder = join(ROOT, 'client/dist');
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.(js|css)$/.test(file));
  const lacking = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const needed = file.endsWith('.js') ? neededByScript(text) : neededByStyles(text);
    return [...needed]
      .filter(([name]) => !(name in ALLOWED) && !(name.split(':')[0] in ALLOWED))
      .map(([name, browsers]) => `${file}: ${name} is not in ${browsers}`);
  });
  deepEqual(lacking, []);
});
