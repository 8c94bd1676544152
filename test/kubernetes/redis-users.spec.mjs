import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { onPath } from '../../scripts/lib/commands.mjs';
import { SERVICES } from '../../scripts/lib/folders.mjs';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { Process } from '../../scripts/lib/process.mjs';
import { startRedisProcess } from '../../scripts/lib/redis/redis-process.mjs';
import { containers, find, ofKind } from './objects.mjs';
import { ROOT, render, renderAll, SECRETS } from './render.mjs';

const variable = (deployment, name) => containers(deployment)[0].env.find((each) => each.name === name);
const keysOf = (workload) =>
  containers(workload).flatMap(({ env = [], envFrom = [] }) => [
    ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []),
    ...envFrom.flatMap(({ secretRef }) => (secretRef ? ['everything'] : [])),
  ]);

/** What a container's environment is when it runs. */
function environmentOf(objects, { env = [] }) {
  const secret = ({ name, key }) => Buffer.from(find(objects, 'Secret', name).data[key], 'base64').toString();
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => [
      name,
      value ?? (valueFrom.secretKeyRef ? secret(valueFrom.secretKeyRef) : ''),
    ]),
  );
}

for (const { name, objects } of renderAll()) {
  test(`${name}: each service is a Redis user of its own, and has no other's password`, () => {
    const deployments = ofKind(objects, 'Deployment');
    assert.deepEqual(deployments.map(({ metadata }) => metadata.name).sort(), SERVICES);
    for (const deployment of deployments) {
      const service = deployment.metadata.name;
      assert.equal(variable(deployment, 'REDIS_USERNAME').value, service);
      const own = `REDIS_PASSWORD_${service.toUpperCase()}`;
      assert.equal(variable(deployment, 'REDIS_PASSWORD').valueFrom.secretKeyRef.key, own);
      assert.deepEqual(
        keysOf(deployment).filter((key) => key !== 'SESSION_SECRET' && key !== 'SEAL_SECRET'),
        [own],
      );
      for (const { secret, projected } of deployment.spec.template.spec.volumes ?? []) assert.ok(!secret && !projected);
    }
  });

  test(`${name}: no ConfigMap and no command has a secret in it`, () => {
    const open = objects.filter(({ kind }) => kind !== 'Secret').map((object) => JSON.stringify(object));
    for (const secret of Object.values(SECRETS))
      for (const text of open)
        assert.ok(!text.includes(secret) && !text.includes(Buffer.from(secret).toString('base64')));
  });
}

test('one user for all is a component, for a Redis that has no users', () => {
  for (const overlay of ['local', 'production']) {
    for (const deployment of ofKind(render(overlay, ['one-redis-user']), 'Deployment')) {
      assert.equal(variable(deployment, 'REDIS_USERNAME'), undefined);
      assert.equal(variable(deployment, 'REDIS_PASSWORD').valueFrom.secretKeyRef.key, 'REDIS_PASSWORD');
      assert.deepEqual(
        keysOf(deployment).filter((key) => key.startsWith('REDIS_PASSWORD_')),
        [],
      );
    }
  }
});

test('no user is made without a password of its own', () => {
  for (const missing of Object.keys(SECRETS).filter((name) => name.startsWith('REDIS_PASSWORD'))) {
    const env = { PATH: process.env.PATH, ...SECRETS, [missing]: '' };
    const { status, stderr } = spawnSync('sh', [join(ROOT, 'deploy/redis/users.sh')], { env, encoding: 'utf8' });
    assert.deepEqual([status, stderr], [1, `${missing} is not set\n`]);
  }
});

/** Runs a container of Redis as its manifest says, with its absolute folders moved into one of this test. */
async function startAsManifested(objects) {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-k8s-redis-'));
  const stateful = find(objects, 'StatefulSet', 'redis');
  const [container] = containers(stateful);
  const { volumes, volumeClaimTemplates } = { ...stateful.spec.template.spec, ...stateful.spec };
  const places = container.volumeMounts.map(({ mountPath }) => mountPath);
  const mounted = new RegExp(`(?<![\\w/.-])(${places.join('|')})(?![\\w-])`, 'g');
  const here = (text) => text.replaceAll(mounted, `${folder}$1`);
  for (const { name, mountPath, readOnly } of container.volumeMounts) {
    mkdirSync(join(folder, mountPath), { recursive: true });
    const volume = volumes.find((each) => each.name === name);
    if (volume?.configMap) {
      const { data } = find(objects, 'ConfigMap', volume.configMap.name);
      for (const [file, text] of Object.entries(data)) writeFileSync(join(folder, mountPath, file), here(text));
      assert.equal(readOnly, true);
    } else if (volume) {
      assert.deepEqual([name, volume.emptyDir.medium], [name, 'Memory']);
    } else {
      assert.ok(
        volumeClaimTemplates.some(({ metadata }) => metadata.name === name),
        name,
      );
    }
  }
  const port = await freePort();
  const [program, ...args] = [...container.command, ...(container.args ?? [])].map(here);
  const env = { PATH: process.env.PATH, ...environmentOf(objects, container) };
  const child = spawn(program, [...args, '--port', String(port), '--bind', '127.0.0.1'], { env });
  const server = new Process('Redis', child);
  await server.says('Ready to accept connections');
  const stop = async ({ keep = false } = {}) => {
    await server.end();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  return { port, pid: server.pid, folder, container, env, stop };
}

/** What redis-cli says as a user; of a refusal its first word. */
function ask(port, { username, password }, ...command) {
  const who = [...(username ? ['--user', username] : []), ...(password ? ['--no-auth-warning'] : [])];
  const env = { PATH: process.env.PATH, ...(password && { REDISCLI_AUTH: password }) };
  const { stdout, stderr } = spawnSync('redis-cli', ['-p', port, ...who, ...command], { env, encoding: 'utf8' });
  const refused = /^AUTH failed: (\w+)/.exec(stderr)?.[1] ?? /^(NOPERM|NOAUTH|WRONGPASS) /.exec(stdout)?.[1];
  return refused ?? stdout.trim();
}

const skip = onPath('redis-server') && onPath('redis-cli') ? false : 'no redis-server on the PATH';

describe('the Redis of the local overlay', { skip }, () => {
  const objects = render('local');
  let redis;
  before(async () => {
    redis = await startAsManifested(objects);
  });
  after(() => redis?.stop());
  const as = (service) => {
    const { REDIS_USERNAME, REDIS_PASSWORD } = environmentOf(
      objects,
      containers(find(objects, 'Deployment', service))[0],
    );
    return { username: REDIS_USERNAME, password: REDIS_PASSWORD };
  };
  const operator = { password: SECRETS.REDIS_OPERATOR_PASSWORD };

  test('has a user for each service, of which auth alone reads a password hash', async () => {
    assert.equal(ask(redis.port, operator, 'HSET', 'user:1', 'password', 'a hash'), '1');
    for (const service of SERVICES) {
      assert.equal(ask(redis.port, as(service), 'PING'), 'PONG', service);
      assert.equal(ask(redis.port, as(service), 'ACL', 'WHOAMI'), 'NOPERM', service);
      const hash = ask(redis.port, as(service), 'HGET', 'user:1', 'password');
      assert.equal(hash, service === 'auth' ? 'a hash' : 'NOPERM', service);
    }
  });

  test('gives each user the rights that the code says, and there is nobody else', async () => {
    const list = ask(redis.port, operator, 'ACL', 'USERS');
    assert.deepEqual(list.split('\n').sort(), [...SERVICES, 'chat', 'default', 'health'].sort());
    const expected = await startWithCode();
    try {
      for (const service of SERVICES) {
        // Redis tells the commands in no order.
        const rights = (port, user) => ask(port, user, 'ACL', 'GETUSER', service).split(/\s+/).sort();
        assert.deepEqual(rights(redis.port, operator), rights(expected.port, {}), service);
      }
    } finally {
      await expected.stop();
    }
  });

  test("takes nobody in without a password, with another's, or as default with the services'", async () => {
    assert.equal(ask(redis.port, {}, 'GET', 'x'), 'NOAUTH');
    assert.equal(ask(redis.port, { username: 'auth', password: as('gateway').password }, 'PING'), 'WRONGPASS');
    for (const service of SERVICES)
      assert.equal(ask(redis.port, { password: as(service).password }, 'PING'), 'WRONGPASS', service);
    assert.equal(ask(redis.port, { password: SECRETS.REDIS_PASSWORD }, 'PING'), 'WRONGPASS');
    assert.equal(ask(redis.port, { username: 'chat', password: SECRETS.REDIS_PASSWORD }, 'PING'), 'PONG');
  });

  test('is probed by a user that can do nothing else, and shows no password in the list of processes', async () => {
    for (const probe of ['startupProbe', 'readinessProbe']) {
      const [program, ...args] = redis.container[probe].exec.command;
      const moved = args.map((text) => text.replaceAll('redis-cli', `redis-cli -p ${redis.port}`));
      execFileSync(program, moved, { env: redis.env, stdio: 'pipe' });
    }
    const health = { username: 'health', password: 'any' };
    assert.equal(ask(redis.port, health, 'PING'), 'PONG');
    assert.equal(ask(redis.port, health, 'GET', 'x'), 'NOPERM');
    const shown = readFileSync(`/proc/${redis.pid}/cmdline`, 'utf8');
    for (const secret of Object.values(SECRETS)) assert.ok(!shown.includes(secret));
  });

  test('is backed up by its operator, and by no service', () => {
    const snapshot = ({ password, username = 'default' }) => {
      const args = ['-p', redis.port, '--user', username, '--no-auth-warning', '--rdb', '-'];
      return spawnSync('redis-cli', args, { env: { PATH: process.env.PATH, REDISCLI_AUTH: password } });
    };
    assert.match(snapshot(operator).stdout.toString('latin1'), /^REDIS\d{4}/);
    assert.notEqual(snapshot(as('auth')).status, 0);
  });

  test('lets pods of before in as default while the step is on, and pods of now beside them', async () => {
    const during = render('local', ['old-redis-password']);
    const both = await startAsManifested(during);
    try {
      assert.equal(ask(both.port, { password: SECRETS.REDIS_PASSWORD }, 'SET', 'x', '1'), 'OK');
      for (const service of SERVICES) assert.equal(ask(both.port, as(service), 'PING'), 'PONG', service);
      assert.equal(ask(both.port, as('gateway'), 'HGET', 'user:1', 'password'), 'NOPERM');
    } finally {
      await both.stop();
    }
  });

  /** A Redis that was there before, and got its users by the commands that are documented for one. */
  async function startWithCode() {
    const port = await freePort();
    const server = await startRedisProcess({ port, folder: redis.folder, args: ['--save', ''] });
    const secrets = join(redis.folder, 'secret.env');
    writeFileSync(
      secrets,
      Object.entries(SECRETS)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const commands = execFileSync('sh', [join(ROOT, 'deploy/redis/users.sh'), secrets], { encoding: 'utf8' });
    for (const secret of Object.values(SECRETS)) assert.ok(!commands.includes(secret));
    const said = execFileSync('redis-cli', ['-p', String(port)], { input: commands, encoding: 'utf8' });
    assert.equal(
      said.trim(),
      Array(SERVICES.length + 1)
        .fill('OK')
        .join('\n'),
    );
    return { port, stop: () => server.end() };
  }
});
