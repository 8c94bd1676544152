import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { LaidOut } from './layout';

// Generous: it only bounds what hangs.
configure({ asyncUtilTimeout: 20_000 });

window.ResizeObserver = LaidOut;
Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
  get(this: HTMLElement) {
    return this.parentElement;
  },
});

// Nothing is higher than its box unless a spec says so; as in browsers nothing scrolls beyond its end.
const places = new WeakMap<Element, number>();
Object.defineProperty(HTMLElement.prototype, 'scrollTop', {
  get(this: HTMLElement) {
    return places.get(this) ?? 0;
  },
  set(this: HTMLElement, top: number) {
    places.set(this, Math.max(0, Math.min(top, this.scrollHeight - this.clientHeight)));
  },
});

beforeEach(() => {
  window.history.replaceState(null, '', '/');
  window.sessionStorage.clear();
  for (const key of Object.keys(window.localStorage)) if (key.includes(':draft:')) window.localStorage.removeItem(key);
});

afterEach(cleanup);
