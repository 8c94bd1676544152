import assert from 'node:assert/strict';
import { it } from 'node:test';
import { majorOf } from './server-program.mjs';

it('reads the version of Redis and Valkey', () => {
  assert.equal(majorOf('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=1'), 7);
  assert.equal(majorOf('Valkey server v=8.1.3 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'), 8);
  assert.equal(majorOf('Redis server v=10.0.0 sha=1'), 10);
  assert.equal(majorOf('command not found'), 0);
});
