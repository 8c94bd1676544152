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

beforeEach(() => {
  window.history.replaceState(null, '', '/');
  window.sessionStorage.clear();
  for (const key of Object.keys(window.localStorage)) if (key.includes(':draft:')) window.localStorage.removeItem(key);
});

afterEach(cleanup);
