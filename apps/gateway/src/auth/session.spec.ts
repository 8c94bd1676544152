import { loadConfig } from '@app/service';
import { endOfSession, hashSession, timeToLive } from './session';

const config = loadConfig({ SESSION_IDLE_MS: '60000', SESSION_MAX_MS: '600000' });
const NOW = 1_700_000_000_000;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

it('a session is over a fixed time after the sign-in, used or not', () => {
  expect(endOfSession({ startedAt: NOW - 500_000 }, config)).toBe(NOW + 100_000);
  expect(endOfSession({}, config)).toBe(NOW + 600_000);
});

it.each([
  [NOW + 600_000, 60],
  [NOW + 60_000, 60],
  [NOW + 30_500, 31],
  [NOW + 1, 1],
  [NOW, 0],
  [NOW - 5000, 0],
])('Redis keeps a session that ends at %d for %d s', (endsAt, seconds) => {
  expect(timeToLive(endsAt, config)).toBe(seconds);
});

it('the name of a session for others gives it not away', () => {
  const hash = hashSession('a session id');
  expect(hash).toMatch(/^[\w-]{22}$/);
  expect(hashSession('a session id')).toBe(hash);
  expect(hashSession('another one')).not.toBe(hash);
});
