import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Cluster, Person, startRedis, type TestRedis } from '@app/testing';

let redis: TestRedis;
let cluster: Cluster;
let joe: Person;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1 });
  joe = await Person.signIn(cluster.gateway(0).url, 'Joe');
});
afterAll(async () => {
  joe?.leave();
  await cluster?.stop();
  await redis?.stop();
});

/** Asks for a WebSocket and says nothing more. */
async function askForWebSocket(): Promise<Socket> {
  const { port } = cluster.gateway(0);
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  const head = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: c29tZXRoaW5nIHJhbmRvbQ==',
    `Cookie: ${joe.cookie}`,
  ];
  await new Promise<void>((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n`, () => resolve()));
  return socket;
}

it('a connection that breaks while its session is read ends no gateway', async () => {
  await redis.pause();
  const socket = await askForWebSocket();
  // Answered after the request on the other connection was read.
  await fetch(`${cluster.gateway(0).url}/health/live`);
  socket.resetAndDestroy();
  await once(socket, 'close');
  await fetch(`${cluster.gateway(0).url}/health/live`);
  await redis.resume();
  const ears = await joe.connect();
  await ears.say('0', 'still here');
  expect(cluster.gateway(0).isRunning).toBe(true);
});
