import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gatewayOf, RoundRobin } from './sticky.mjs';

it('reads the gateway from a session id', () => {
  assert.equal(gatewayOf('/socket.io/?EIO=4&transport=polling&t=x&sid=2.AbC-_9'), 2);
  assert.equal(gatewayOf('/socket.io/?sid=12.x&EIO=4'), 12);
});

it('knows no gateway without a session id of ours', () => {
  for (const url of [
    '/',
    '/?',
    '/?sid',
    '/?sid=',
    '/?sid=abc',
    '/?sid=.a',
    '/?sid=x2.a',
    '/?sid=-1.a',
    '/?sid=123456.a',
  ]) {
    assert.equal(gatewayOf(url), undefined, url);
  }
});

it('takes gateways in turn, leaving out those that are down or were tried', () => {
  const roundRobin = new RoundRobin();
  const turn = (up, tried) => roundRobin.next(up, new Set(tried));
  assert.deepEqual([turn([true, true, true]), turn([true, true, true]), turn([true, true, true])], [0, 1, 2]);
  assert.equal(turn([false, true, true]), 1);
  assert.equal(turn([true, true, true], [2]), 0);
  assert.equal(turn([false, false, false]), undefined);
  assert.equal(turn([true, true, false], [0, 1]), undefined);
});
