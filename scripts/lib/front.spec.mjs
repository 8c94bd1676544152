import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startFront } from './front.mjs';

/** A gateway that says its number; `/half` is an answer that never ends, `/hold` one that never begins. */
async function startGateway(number) {
  const server = createServer((incoming, response) => {
    if (incoming.url === '/half') {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('half');
      return;
    }
    if (incoming.url === '/hold') return;
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const { headers, method, url } = incoming;
      response.end(JSON.stringify({ number, method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
  });
  server.on('upgrade', (_incoming, socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello from ${number};`,
    );
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return {
    server,
    up: true,
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('the front', () => {
  let gateways;
  let front;
  let base;
  beforeEach(async () => {
    gateways = [await startGateway(1), await startGateway(2)];
    front = await startFront(gateways, { port: 0, host: '127.0.0.1' });
    base = `http://127.0.0.1:${front.port}`;
  });
  afterEach(async () => {
    await front.close();
    for (const { server } of gateways) {
      server.closeAllConnections();
      server.close();
    }
  });

  const ask = async (path, options) => (await fetch(base + path, options)).json();
  const numberOf = async (path) => (await ask(path)).number;

  /** Sends raw bytes; resolves with all that came back once `until` is in it or the connection ended. */
  const raw = (text, until) =>
    new Promise((resolve, reject) => {
      const socket = connect(front.port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.setEncoding('utf8').on('data', (data) => {
        answer += data;
        if (until && answer.includes(until)) socket.destroy();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  const upgrade = (path) => `GET ${path} HTTP/1.1\r\nHost: chat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;

  it('spreads clients without a session over the gateways', async () => {
    const numbers = [
      await numberOf('/'),
      await numberOf('/'),
      await numberOf('/socket.io/?EIO=4'),
      await numberOf('/'),
    ];
    assert.deepEqual(numbers, [1, 2, 1, 2]);
  });

  it('keeps a session on its gateway', async () => {
    for (const number of [2, 2, 1, 2]) {
      assert.equal(await numberOf(`/socket.io/?EIO=4&transport=polling&sid=${number}.abc`), number);
    }
  });

  it('passes method, address, body and host on, and says who asked', async () => {
    const path = '/api/rooms/0/messages?before=%2F..%2F&a=//b';
    const answer = await ask(path, { method: 'POST', body: 'é', headers: { 'x-forwarded-for': '10.0.0.1' } });
    assert.deepEqual([answer.method, answer.url, answer.body], ['POST', path, 'é']);
    assert.equal(answer.headers.host, `127.0.0.1:${front.port}`);
    assert.equal(answer.headers['x-forwarded-for'], '10.0.0.1, 127.0.0.1');
    assert.equal(answer.headers['x-forwarded-proto'], 'http');
  });

  it('keeps the connection to the client open', async () => {
    const response = await fetch(base);
    assert.equal(response.headers.get('connection'), 'keep-alive');
    await response.text();
  });

  it('tells the clients of a gateway that is down, and sends new ones to the others', async () => {
    gateways[0].up = false;
    const response = await fetch(`${base}/socket.io/?sid=1.abc`, { method: 'POST', body: '40' });
    assert.equal(response.status, 502);
    assert.equal((await response.json()).code, 'unavailable');
    assert.deepEqual([await numberOf('/'), await numberOf('/')], [2, 2]);
  });

  it('asks another gateway when one refuses before it is known to be down', async () => {
    await gateways[0].stop();
    for (let request = 0; request < 4; request += 1) assert.equal(await numberOf('/'), 2);
    assert.equal((await fetch(`${base}/?sid=1.abc`)).status, 502);
  });

  it('says so when no gateway is left', async () => {
    for (const gateway of gateways) gateway.up = false;
    assert.equal((await fetch(base)).status, 502);
    assert.match(await raw(upgrade('/')), /^HTTP\/1.1 502 .*"unavailable"/s);
  });

  it('upgrades on the gateway of the session, and passes bytes both ways', async () => {
    const answer = await raw(`${upgrade('/socket.io/?transport=websocket&sid=2.abc')}ping;`, 'ping;');
    assert.match(answer, /^HTTP\/1.1 101 .*hello from 2;ping;$/s);
  });

  it('answers an upgrade to a gateway that is gone', async () => {
    await gateways[0].stop();
    assert.match(await raw(upgrade('/socket.io/?sid=1.abc')), /^HTTP\/1.1 502 .*"unavailable"/s);
    gateways[1].up = false;
    assert.match(await raw(upgrade('/socket.io/?sid=2.abc')), /^HTTP\/1.1 502 /);
  });

  it('ends an answer that its gateway does not finish', async () => {
    gateways[1].up = false;
    const outgoing = request(`${base}/half`).end();
    const [response] = await once(outgoing, 'response');
    await once(response, 'data');
    gateways[0].server.closeAllConnections();
    await assert.rejects(once(response, 'close'), { code: 'ECONNRESET' });
  });

  it('lets go of a gateway when the client goes away', async () => {
    gateways[1].up = false;
    const outgoing = request(`${base}/hold`).end();
    outgoing.on('error', () => undefined);
    const [incoming] = await once(gateways[0].server, 'request');
    outgoing.destroy();
    await once(incoming.socket, 'close');

    const client = connect(front.port, '127.0.0.1', () => client.write(upgrade('/')));
    const [, socket] = await once(gateways[0].server, 'upgrade');
    client.resetAndDestroy();
    await once(socket, 'close');
  });

  it('answers a request for no path of this server', async () => {
    for (const target of ['http://[::x/', 'http://elsewhere/x', '*', 'x']) {
      const end = 'Host: x\r\nConnection: close\r\n\r\n';
      assert.match(await raw(`OPTIONS ${target} HTTP/1.1\r\n${end}`), /^HTTP\/1.1 400 /, target);
    }
    assert.match(await raw(upgrade('http://[::x/')), /^HTTP\/1.1 400 .*"invalid"/s);
    assert.match(await raw('nonsense\r\n\r\n'), /^HTTP\/1.1 400 /);
  });

  it('passes strange paths on as they are', async () => {
    for (const path of ['//[', '/%%%', '/a/../b//./c?x=/../y', '/\\x', '//x:99999999/']) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n`);
      assert.equal(JSON.parse(answer.split('\r\n\r\n')[1]).url, path);
    }
  });

  it('refuses to upgrade to anything but a WebSocket', async () => {
    assert.equal(await raw(upgrade('/').replace('websocket', 'h2c')), '');
  });

  it('stops taking clients', async () => {
    front.refuse();
    await assert.rejects(fetch(base));
  });
});
