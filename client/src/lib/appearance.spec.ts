import { act } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAppearance } from './appearance';
import { preferences } from './preferences';

const root = document.documentElement;
const bars = () => [...document.querySelectorAll<HTMLMetaElement>('meta')].map(({ content }) => content);

beforeEach(() => {
  for (const scheme of ['light', 'dark']) {
    const bar = document.head.appendChild(document.createElement('meta'));
    bar.name = 'theme-color';
    bar.media = `(prefers-color-scheme: ${scheme})`;
  }
  startAppearance();
});
afterEach(() => {
  preferences.change({ theme: 'system', density: 'comfortable' });
  document.head.innerHTML = '';
});

it("follows the system until somebody chooses, the browser's own bar too", () => {
  expect([root.dataset.theme, root.dataset.density]).toEqual([undefined, 'comfortable']);
  expect(bars()).toEqual(['#f4f5f7', '#0f1114']);
  act(() => preferences.change({ theme: 'dark', density: 'compact' }));
  expect([root.dataset.theme, root.dataset.density]).toEqual(['dark', 'compact']);
  expect(bars()).toEqual(['#0f1114', '#0f1114']);
  act(() => preferences.change({ theme: 'system' }));
  expect(root.dataset.theme).toBeUndefined();
  expect(bars()).toEqual(['#f4f5f7', '#0f1114']);
});
