import { isRedisUnavailable } from './connection';

it.each([
  'Connection is closed.',
  "Stream isn't writeable and enableOfflineQueue options is false",
  'Command timed out',
  'connect ECONNREFUSED 127.0.0.1:6379',
  'read ECONNRESET',
  'write EPIPE',
  'LOADING Redis is loading the dataset in memory',
  'READONLY You can not write against a read only replica.',
  'OOM command not allowed when used memory > maxmemory',
  'MISCONF Redis is configured to save RDB snapshots',
  'CLUSTERDOWN The cluster is down',
  'TRYAGAIN Multiple keys request during rehashing of slot',
])('takes %j for a Redis that cannot serve now', (message) => {
  expect(isRedisUnavailable(new Error(message))).toBe(true);
});

it.each([
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  'ERR value is not an integer or out of range',
  'NOSCRIPT No matching script',
  'NOAUTH Authentication required.',
  'an error about LOADING',
])('takes %j for a fault of the command', (message) => {
  expect(isRedisUnavailable(new Error(message))).toBe(false);
});

it.each([undefined, null, 'Connection is closed.', { message: 'ECONNRESET' }])('%j is no error at all', (value) => {
  expect(isRedisUnavailable(value)).toBe(false);
});
