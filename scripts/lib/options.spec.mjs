import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseOptions } from './options.mjs';

it('starts two gateways and one of each other service by default', () => {
  assert.deepEqual(parseOptions([]), { gateways: 2, services: 1, help: false });
});

it('takes other numbers', () => {
  assert.deepEqual(parseOptions(['--gateways', '1', '--services=3']), { gateways: 1, services: 3, help: false });
});

it('names what it does not understand', () => {
  for (const args of [['--gateways', '0'], ['--gateways', 'two'], ['--gateways', '65'], ['--gateways=']]) {
    assert.throws(() => parseOptions(args), /--gateways must be a whole number from 1 to 64/);
  }
  assert.throws(() => parseOptions(['--port', '80']), /--port/);
});
