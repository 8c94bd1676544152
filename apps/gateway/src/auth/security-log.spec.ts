import type { Logger } from '@app/service';
import { type SecurityFields, SecurityLog } from './security-log';

const lines: Record<string, unknown>[] = [];
const logger = {
  child: (bindings: object) => ({ info: (fields: object) => lines.push({ ...bindings, ...fields }) }),
} as unknown as Logger;
const counted: string[] = [];
const config = { SECURITY_LOG_REPEATS: 3, SECURITY_LOG_LINES: 10, SECURITY_LOG_WINDOW_MS: 60_000 };
let log: SecurityLog;

beforeEach(() => {
  jest.useFakeTimers();
  lines.length = 0;
  counted.length = 0;
  log = new SecurityLog(config, logger, {
    security: { inc: ({ event }: { event: string }) => counted.push(event) } as never,
  });
});
afterEach(() => {
  log.onModuleDestroy();
  jest.useRealTimers();
});

const failed = (fields: SecurityFields) => log.note('sign-in.failed', fields);

it('a line has the event, its mark, ids and the address in its usual spelling', () => {
  log.note('sign-in', { address: '::FFFF:192.0.2.1', userId: '7', session: 'abc' });
  expect(lines).toEqual([{ security: true, event: 'sign-in', address: '192.0.2.1', userId: '7', session: 'abc' }]);
});

it('what repeats itself is counted and told at the end of the window, with the address of the first', () => {
  for (let i = 0; i < 100; i++) failed({ address: `2001:db8::${i + 1}`, code: 'unauthorized' });
  failed({ address: '192.0.2.1', code: 'unauthorized' });
  expect(lines).toHaveLength(4);
  jest.advanceTimersByTime(60_000);
  expect(lines.slice(4)).toEqual([
    { security: true, event: 'sign-in.failed', address: '2001:db8::1', code: 'unauthorized', repeated: 97 },
  ]);
  failed({ address: '2001:db8::1', code: 'unauthorized' });
  expect(lines).toHaveLength(6);
});

it('a flood from everywhere writes so many lines, and hides no other event', () => {
  for (let i = 0; i < 5000; i++) failed({ address: `192.0.${i >> 8}.${i & 255}` });
  log.note('sign-in', { address: '192.0.2.1', userId: '7' });
  expect(lines).toHaveLength(11);
  expect(counted).toHaveLength(5001);
  expect(lines[10]).toMatchObject({ event: 'sign-in', userId: '7' });
  log.onModuleDestroy();
  expect(lines.slice(11)).toEqual([{ security: true, event: 'sign-in.failed', more: 4990 }]);
});

it.each([
  ['https://evil.example', 'https://evil.example'],
  ['https://user:secret@evil.example:8443/a?b#c', 'https://evil.example:8443'],
  ['evil.example:80', 'evil.example:80'],
  ['null', 'null'],
  ['my password', 'unreadable'],
  ['data:text/html,secret', 'unreadable'],
  ['', 'unreadable'],
  [`https://${'x'.repeat(1000)}.example`, 'unreadable'],
])('of an origin %j it writes %j', (origin, shown) => {
  log.note('origin.foreign', { origin });
  expect(lines[0]).toMatchObject({ origin: shown });
});

it('an address that is none is not written', () => {
  failed({ address: 'hunter2, my password' });
  expect(lines[0]).toMatchObject({ address: 'unknown' });
});
