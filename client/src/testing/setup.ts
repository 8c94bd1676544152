import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';

beforeEach(() => {
  window.history.replaceState(null, '', '/');
  window.sessionStorage.clear();
});

afterEach(cleanup);
