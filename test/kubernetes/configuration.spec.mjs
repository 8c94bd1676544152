import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { containers, find, ofKind, workloads } from './objects.mjs';
import { copyManifests, ROOT, renderAll, SECRETS } from './render.mjs';
import { environment, numberByDefault, SETTING_NAMES } from './settings.mjs';

test('the names of the settings are found in the sources', () => {
  for (const name of ['NODE_ENV', 'REDIS_ENDPOINT_URL', 'GATEWAY_ID', 'SESSION_SECRET', 'SEAL_SECRET', 'METRICS_PORT'])
    assert.ok(SETTING_NAMES.has(name), name);
  assert.equal(numberByDefault('DRAIN_MS'), 2000);
  assert.equal(numberByDefault('WORK_MAX_LENGTH'), 10_000);
});

for (const { name, overlay, components, objects } of renderAll()) {
  test(`${name}: the services get settings that they know, and no secret but by reference`, () => {
    for (const deployment of ofKind(objects, 'Deployment')) {
      const [container] = containers(deployment);
      const env = environment(objects, container);
      const names = [...Object.keys(env), ...container.env.map((each) => each.name)];
      for (const each of names) assert.ok(SETTING_NAMES.has(each) || each.startsWith('OTEL_'), each);
      assert.equal(env.PORT, '3000');
      assert.equal(env.METRICS_PORT, '9464');
      assert.equal(env.NODE_ENV, overlay === 'production' ? 'production' : 'development');
      assert.equal('OTEL_EXPORTER_OTLP_ENDPOINT' in env, components.includes('tracing'));
      for (const secret of ['REDIS_PASSWORD', 'SESSION_SECRET', 'SEAL_SECRET']) assert.equal(secret in env, false);
    }
  });

  test(`${name}: every Secret, ConfigMap and key that is referred to is there; only the gateway signs sessions, and it seals with auth`, () => {
    for (const workload of workloads(objects)) {
      const refs = containers(workload).flatMap(({ env = [] }) =>
        env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
      );
      for (const { name, key } of refs) assert.ok(find(objects, 'Secret', name).data[key], `${name} ${key}`);
      const keys = new Set(refs.map(({ key }) => key));
      assert.equal(keys.has('SESSION_SECRET'), workload.metadata.name === 'gateway');
      assert.equal(keys.has('SEAL_SECRET'), ['gateway', 'auth'].includes(workload.metadata.name));
      for (const { configMap } of workload.spec.template.spec.volumes ?? [])
        if (configMap) assert.ok(find(objects, 'ConfigMap', configMap.name), configMap.name);
    }
  });

  test(`${name}: every command is a file that the build makes, all of one image`, () => {
    const images = new Set();
    for (const deployment of ofKind(objects, 'Deployment')) {
      const [{ command, workingDir, image }] = containers(deployment);
      images.add(image);
      assert.deepEqual(command, ['node', `dist/apps/${deployment.metadata.name}/src/main.js`]);
      assert.equal(workingDir, '/app');
      assert.ok(existsSync(join(ROOT, 'apps', deployment.metadata.name, 'src/main.ts')));
    }
    assert.deepEqual([...images], [overlay === 'local' ? 'redis-chat:local' : 'ghcr.io/OWNER/redis-chat:TAG']);
    const apps = readdirSync(join(ROOT, 'apps'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.equal(ofKind(objects, 'Deployment').length, apps.length);
  });

  test(`${name}: a gateway's id is its pod's name, which is short enough`, () => {
    const gateway = find(objects, 'Deployment', 'gateway');
    const id = containers(gateway)[0].env.find((each) => each.name === 'GATEWAY_ID');
    assert.equal(id.valueFrom.fieldRef.fieldPath, 'metadata.name');
    assert.match(`${gateway.metadata.name}-0123456789-01234`, /^[A-Za-z0-9_-]{1,40}$/);
  });
}

test('the script for secrets writes them for its owner alone, and never over others', () => {
  const { folder, remove } = copyManifests();
  try {
    const script = join(folder, 'overlays/local/make-secrets.sh');
    const run = (...args) => execFileSync(script, args, { stdio: 'pipe', encoding: 'utf8' });
    const file = join(folder, 'secret.env');
    run(folder);
    const secret = '=[0-9a-f]{64}\\n';
    const all = new RegExp(
      `^${Object.keys(SECRETS)
        .map((each) => each + secret)
        .join('')}$`,
    );
    assert.match(readFileSync(file, 'utf8'), all);
    assert.equal(statSync(file).mode & 0o077, 0);
    const before = readFileSync(file, 'utf8');
    run(folder);
    assert.equal(readFileSync(file, 'utf8'), before);
    assert.match(readFileSync(join(folder, 'overlays/local/secret.env'), 'utf8'), /of tests/);
    // One of an older version gets what is new; its last line lacked its end.
    writeFileSync(file, 'SESSION_SECRET=old\nREDIS_PASSWORD=older');
    run(folder);
    const after = readFileSync(file, 'utf8').split('\n');
    assert.deepEqual(after.slice(0, 2), ['SESSION_SECRET=old', 'REDIS_PASSWORD=older']);
    assert.deepEqual(after.map((line) => line.split('=')[0]).sort(), ['', ...Object.keys(SECRETS)].sort());
  } finally {
    remove();
  }
});

test('git ignores the secrets', () => {
  assert.ok(readFileSync(join(ROOT, 'k8s/.gitignore'), 'utf8').split('\n').includes('secret.env'));
});
