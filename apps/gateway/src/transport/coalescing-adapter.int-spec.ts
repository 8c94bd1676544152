import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket as Stream } from 'node:net';
import { until } from '@app/testing';
import fc from 'fast-check';
import { Server } from 'socket.io';
import { type Socket as Client, io as connect } from 'socket.io-client';
import { type CoalescingAdapter, coalescingAdapter } from './coalescing-adapter';
import { letGo } from './engine-lean';

const TRANSPORTS = ['websocket', 'websocket', 'polling', 'websocket'];
const ROOMS = ['a', 'b', 'c'];

let io: Server;
let clients: Client[];
let heard: unknown[][];

beforeAll(async () => {
  const http = createServer();
  io = new Server(http, { adapter: coalescingAdapter(5) });
  http.listen(0);
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  clients = TRANSPORTS.map((transport) => connect(url, { transports: [transport], forceNew: true }));
  await Promise.all(clients.map((client) => once(client as never, 'connect')));
  await until(() => io.sockets.sockets.size === clients.length, 'all connected');
});
beforeEach(() => {
  heard = clients.map((client) => {
    const mine: unknown[] = [];
    client.removeAllListeners('said');
    client.on('said', (what) => mine.push(what));
    return mine;
  });
});
afterAll(async () => {
  for (const client of clients) client.close();
  await until(() => io.engine.clientsCount === 0, 'all gone');
  await io.close();
});

function socket(i: number) {
  const found = io.sockets.sockets.get(clients[i]?.id ?? '');
  if (!found) throw new Error('not connected');
  return found;
}

it('each socket hears what is said in its rooms, once, in the order in which it was said', async () => {
  const broadcast = fc.record({
    rooms: fc.uniqueArray(fc.constantFrom(...ROOMS), { maxLength: 3 }),
    except: fc.uniqueArray(fc.constantFrom(...ROOMS), { maxLength: 1 }),
    text: fc.string({ maxLength: 300, unit: 'grapheme' }),
    pause: fc.boolean(),
  });
  const memberships = fc.array(fc.uniqueArray(fc.constantFrom(...ROOMS)), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(memberships, fc.array(broadcast, { maxLength: 30 }), async (rooms, broadcasts) => {
      rooms.forEach((names, i) => {
        for (const room of ROOMS) names.includes(room) ? socket(i).join(room) : socket(i).leave(room);
        (heard[i] as unknown[]).length = 0;
      });
      const expected: string[][] = clients.map(() => []);
      for (const { rooms: to, except, text, pause } of broadcasts) {
        io.to(to).except(except).emit('said', text);
        rooms.forEach((mine, i) => {
          const isMeant = to.length === 0 || to.some((room) => mine.includes(room));
          if (isMeant && !except.some((room) => mine.includes(room))) expected[i]?.push(text);
        });
        if (pause) await new Promise(setImmediate);
      }
      io.emit('said', 'end');
      await until(() => heard.every((mine) => mine.at(-1) === 'end'), 'all said is heard');
      expect(heard).toEqual(expected.map((texts) => [...texts, 'end']));
    }),
    { numRuns: 40 },
  );
});

it('what is said within a moment is written to each socket in one piece', async () => {
  const { transport } = socket(0).conn as unknown as { transport: { socket: { _socket: Stream } } };
  const writes = jest.spyOn(transport.socket._socket, 'write');
  for (let n = 1; n <= 100; n++) io.emit('said', n);
  await until(() => heard.every((mine) => mine.at(-1) === 100), 'all said is heard');
  expect(writes.mock.calls.length).toBeLessThan(5);
  writes.mockRestore();
  expect(heard[0]).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
});

it('what a socket cannot take at once waits, and comes in its place', async () => {
  const { transport } = socket(0).conn as unknown as { transport: { socket: { _socket: Stream } } };
  const stream = transport.socket._socket;
  stream.cork();
  for (let n = 1; n <= 10; n++) {
    io.emit('said', n);
    await new Promise(setImmediate);
  }
  expect(heard[0]).toEqual([]);
  stream.uncork();
  io.emit('said', 'end');
  await until(() => heard.every((mine) => mine.at(-1) === 'end'), 'all said is heard');
  expect(heard[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'end']);
});

it('acknowledgements go along with what is coalesced, and each finds its call', async () => {
  for (const [, each] of io.sockets.sockets) {
    each.conn.on('packet', ({ data = '' }: { data?: string }) => {
      const [, id = '', n] = /^2(\d+)\["ask",(\d+)\]$/.exec(data) ?? [];
      if (n === undefined) return;
      io.emit('said', Number(n));
      (io.sockets.adapter as CoalescingAdapter).answer(each as never, id, `-${n}`);
    });
  }
  const asked = Array.from({ length: 40 }, (_, n) => n + 1);
  const answers = await Promise.all(
    clients.map((client) => Promise.all(asked.map((n) => client.timeout(5000).emitWithAck('ask', n)))),
  );
  expect(answers).toEqual(clients.map(() => asked.map((n) => -n)));
  await until(() => heard.every((mine) => mine.length === 4 * asked.length), 'all said is heard');
});

it('whoever is sent away hears what was said before', async () => {
  const goodbye = once(clients[0] as never, 'disconnect');
  io.emit('said', 'first');
  io.emit('said', 'goodbye');
  io.in(socket(0).id).disconnectSockets();
  await goodbye;
  expect(heard[0]).toEqual(['first', 'goodbye']);
  await until(() => heard.slice(1).every((mine) => mine.length === 2), 'the others heard it too');
});

it('binary and volatile events go through, in their place', async () => {
  io.emit('said', 1);
  io.emit('said', Buffer.from([2]));
  io.volatile.emit('said', 3);
  io.emit('said', 4);
  await until(() => heard[1]?.at(-1) === 4, 'heard');
  // whether a volatile event comes is left open
  expect(heard[1]?.filter((what) => what !== 3)).toEqual([1, Buffer.from([2]), 4]);
});

it('a socket is reached by its id, and keeps no room for that', async () => {
  const here = heard.slice(1);
  const { id } = socket(3);
  const others = io.sockets.adapter.rooms.size;
  io.to(id).emit('said', 'to one');
  io.except(id).emit('said', 'to the others');
  await until(() => here.every((mine) => mine.length === 1), 'all heard');
  expect(here.map(([what]) => what)).toEqual(['to the others', 'to the others', 'to one']);
  expect([...(io.sockets.adapter.rooms.get(id) ?? [])]).toEqual([id]);
  expect([...io.sockets.adapter.rooms.keys()]).not.toContain(id);
  expect(io.sockets.adapter.rooms.size).toBe(others);
});

it('a socket that has let go what nobody reads hears, calls, upgrades and leaves as before', async () => {
  const url = clients[0]?.io as unknown as { uri: string };
  for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
    const client = connect(url.uri, { transports, forceNew: true });
    await once(client as never, 'connect');
    const own = io.sockets.sockets.get(client.id ?? '');
    if (!own) throw new Error('not connected');
    letGo(own as never);
    own.on('ask', (n: number, reply: (n: number) => void) => reply(-n));
    expect(await client.timeout(5000).emitWithAck('ask', 7)).toBe(-7);
    await until(() => own.conn.transport.name === transports.at(-1), 'the last transport');
    expect(await client.timeout(5000).emitWithAck('ask', 8)).toBe(-8);
    const said = once(client as never, 'said');
    io.to(own.id).emit('said', 'hello');
    expect(await said).toEqual(['hello']);
    const left = once(own as never, 'disconnect');
    client.close();
    await left;
    expect(io.sockets.sockets.has(own.id)).toBe(false);
  }
});
