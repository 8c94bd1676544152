import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { it } from 'node:test';
import { freePort } from './free-port.mjs';
import { choosePorts, requireFree } from './ports.mjs';

it('puts a front on PORT and the gateways above it', () => {
  assert.deepEqual(choosePorts(undefined, 2), { front: 3000, gateways: [3001, 3002] });
  assert.deepEqual(choosePorts('8080', 3), { front: 8080, gateways: [8081, 8082, 8083] });
});

it('gives PORT to a lone gateway with nothing in front of it', () => {
  assert.deepEqual(choosePorts('8080', 1), { front: 8080, gateways: [8080] });
  assert.deepEqual(choosePorts('8080', 1, true), { front: 8080, gateways: [8081] });
});

it('refuses what is no port, or leaves no room', () => {
  for (const port of ['0', '-1', 'http', '3000.5', '65536']) assert.throws(() => choosePorts(port, 1), /PORT must be/);
  assert.throws(() => choosePorts('65534', 2), /no room for 2 gateways/);
});

for (const host of ['::', '0.0.0.0', '127.0.0.1']) {
  it(`names a port that somebody has on ${host}`, async (t) => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address();
    await assert.rejects(
      requireFree({ front: port, gateways: [port] }, '0.0.0.0'),
      new RegExp(`Port ${port} is in use`),
    );
    await assert.rejects(
      requireFree({ front: port - 1, gateways: [port] }, '0.0.0.0'),
      new RegExp(`Port ${port}, which gateway 1 needs|Port ${port - 1} is in use`),
    );
  });
}

it('waits for a port that is about to be free', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address();
  const free = requireFree({ front: port, gateways: [port] }, '0.0.0.0', 60_000);
  server.close();
  await free;
});

it('keeps a preferred port that is free, and finds another one otherwise', async (t) => {
  const port = await freePort();
  assert.equal(await freePort(port), port);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  assert.notEqual(await freePort(port), port);
});
