import assert from 'node:assert/strict';
import { it } from 'node:test';
import { namedEndpoint } from './choose-redis.mjs';

it('reads every form of REDIS_ENDPOINT_URL, and REDIS_PASSWORD beside it', () => {
  const [host, port] = ['cache', 7000];
  const read = (REDIS_ENDPOINT_URL, more) => namedEndpoint({ REDIS_ENDPOINT_URL, ...more });
  assert.deepEqual(read('cache:7000'), { host, port, tls: false });
  assert.deepEqual(read('redis://:a@cache:7000', { REDIS_PASSWORD: 'b' }), { host, port, tls: false, password: 'b' });
  assert.deepEqual(read('rediss://:a@cache:7000'), { host, port, tls: true, password: 'a' });
});

it('takes a certificate of its own making where the services do', () => {
  for (const REDIS_TLS_VERIFY of ['false', '0', 'off']) {
    assert.equal(namedEndpoint({ REDIS_ENDPOINT_URL: 'rediss://cache', REDIS_TLS_VERIFY }).verify, false);
  }
  for (const REDIS_TLS_VERIFY of [undefined, '', 'true']) {
    assert.equal(namedEndpoint({ REDIS_ENDPOINT_URL: 'rediss://cache', REDIS_TLS_VERIFY }).verify, undefined);
  }
});

it('names what is wrong without a password in it', () => {
  assert.throws(() => namedEndpoint({ REDIS_ENDPOINT_URL: 'http://u:s3cret@cache' }), {
    name: 'Refusal',
    message: /^REDIS_ENDPOINT_URL must be host:port, (?!.*s3cret)/,
  });
});

it('takes REDIS_URL where REDIS_ENDPOINT_URL is not set, and names the one it took', () => {
  const [host, port] = ['cache', 7000];
  assert.deepEqual(namedEndpoint({ REDIS_URL: 'cache:7000' }), { host, port, tls: false });
  assert.deepEqual(namedEndpoint({ REDIS_URL: 'other', REDIS_ENDPOINT_URL: 'cache:7000' }), { host, port, tls: false });
  assert.throws(() => namedEndpoint({ REDIS_URL: 'cache?db=3' }), { message: /^REDIS_URL has a part after/ });
});
