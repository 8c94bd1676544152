import assert from 'node:assert/strict';
import { it } from 'node:test';
import { countReport, countTap } from './counts.mjs';

const report = (passed, failed, testResults = []) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults });

it('counts tests', () => {
  const file = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  assert.deepEqual(countReport(report(3, 1, [file]), 1), { passed: 3, failed: 1 });
});

it('counts a file that does not load', () => {
  const file = { status: 'failed', assertionResults: [] };
  assert.deepEqual(countReport(report(3, 0, [file, { status: 'passed', assertionResults: [] }]), 1), {
    passed: 3,
    failed: 1,
  });
});

it('counts a run that failed for another reason', () => {
  assert.deepEqual(countReport(report(3, 0), 1), { passed: 3, failed: 1 });
  assert.deepEqual(countTap('# pass 2\n# fail 0\n# cancelled 0\n', 7), { passed: 2, failed: 1 });
});

it('reads TAP', () => {
  const tap = 'ok 1 - # fail 9\n1..1\n# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n';
  assert.deepEqual(countTap(tap, 1), { passed: 2, failed: 2 });
});
