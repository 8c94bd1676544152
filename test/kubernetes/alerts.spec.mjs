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

it('the alerts are valid for Prometheus', { skip: promtool('--version').error && 'no promtool on the PATH' }, () => {
  const file = new URL('../../deploy/prometheus/prometheus.yml', import.meta.url).pathname;
  const { status, stdout, stderr } = promtool('check', 'config', file);
  assert.equal(status, 0, stdout + stderr);
});
