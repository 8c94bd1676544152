import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { LaidOut } from './layout';

window.ResizeObserver = LaidOut;
Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
  get(this: HTMLElement) {
    return this.parentElement;
  },
});

beforeEach(() => {
  window.history.replaceState(null, '', '/');
  window.sessionStorage.clear();
});

afterEach(cleanup);
