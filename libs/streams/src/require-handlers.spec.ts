import { FACTS, type ServiceName, serviceOf, WORK, type WorkPattern } from '@app/contracts';
import { StreamsServer } from './server';

const endpoint = { host: '127.0.0.1', port: 1 } as never;
const patternsOf = (service: ServiceName) =>
  (Object.keys(WORK) as WorkPattern[]).filter((pattern) => serviceOf(pattern) === service);
// Nest notes on each what it is.
const handler = () => async () => ({});

/** A server of rooms with all its handlers, but for some. */
function rooms(but: string[] = []): StreamsServer {
  const server = new StreamsServer({ service: 'rooms', endpoint, isWhole: true });
  for (const name of patternsOf('rooms')) if (!but.includes(name)) server.addHandler(name, handler());
  for (const name of Object.keys(FACTS)) if (!but.includes(name)) server.addHandler(name, handler(), true);
  return server;
}
const listening = (server: StreamsServer) => () => server.listen(() => undefined);

it.each(['rooms.read', 'room.started'])('a service does not start without a handler for %s', (name) => {
  expect(listening(rooms([name]))).toThrow(`rooms: no handler for ${name}`);
});

it('a fact is not handled as a request', () => {
  const server = rooms(['room.started']);
  server.addHandler('room.started', handler());
  expect(listening(server)).toThrow('rooms: no handler for room.started; no definition of room.started');
});

it('a service does not start with a handler of what nobody asks', () => {
  const server = rooms();
  server.addHandler('rooms.paint', handler());
  expect(listening(server)).toThrow('rooms: no definition of rooms.paint');
});

it('handlers of other services in the same process are none of its business', async () => {
  const server = rooms();
  for (const name of patternsOf('auth')) server.addHandler(name, handler());
  expect(listening(server)).not.toThrow();
  await server.close();
});
