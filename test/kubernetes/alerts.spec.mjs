import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { parse } from 'yaml';

const read = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

it('the alerts are those of docker-compose, each explained to operators', () => {
  const { groups } = parse(read('deploy/prometheus/alerts.yml'));
  assert.deepEqual(parse(read('k8s/components/monitoring/prometheus-rule.yaml')).spec.groups, groups);
  const manual = read('docs/operations.md');
  for (const { alert } of groups.flatMap(({ rules }) => rules)) assert.ok(manual.includes(`\`${alert}\``), alert);
});

const promtool = (...args) => spawnSync('promtool', args, { encoding: 'utf8' });
const skip = promtool('--version').error && 'no promtool on the PATH';
const pathOf = (file) => new URL(`../../${file}`, import.meta.url).pathname;

it('the alerts are valid for Prometheus', { skip }, () => {
  const { status, stdout, stderr } = promtool('check', 'config', pathOf('deploy/prometheus/prometheus.yml'));
  assert.equal(status, 0, stdout + stderr);
});

it('each alert fires for what it is about, and none while all is well', { skip }, () => {
  const { status, stdout, stderr } = promtool('test', 'rules', pathOf('test/kubernetes/alerts.test.yml'));
  assert.equal(status, 0, stdout + stderr);
});

it('no alert is left out of that', () => {
  const tested = read('test/kubernetes/alerts.test.yml').matchAll(/alertname="(\w+)"/g);
  const { groups } = parse(read('deploy/prometheus/alerts.yml'));
  const names = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  assert.deepEqual([...tested].map(([, name]) => name).sort(), names.sort());
});
