import { HARD_MESSAGE_LENGTH } from '@app/contracts';
import { readNews, readRelay } from './envelopes';

const presence = { id: '1', username: 'Ann', online: true };
const ours = { serverId: 'a:store', type: 'user.connected', data: presence, v: 1, to: 'all' };
const foreign = { serverId: 4132, type: 'user.connected', data: presence };
const heartbeat = { serverId: 'a', type: 'heartbeat', data: { nonce: 'x' }, v: 1, to: 'all' };

it('tells ours from those of the demo by their version', () => {
  expect(readRelay(JSON.stringify(ours))).toEqual({ ours, data: JSON.stringify(presence) });
  expect(readRelay(JSON.stringify(foreign))).toMatchObject({ foreign: { serverId: '4132', type: 'user.connected' } });
  expect(readNews(JSON.stringify(heartbeat))).toEqual(heartbeat);
});

it('takes none of ours for one of the demo because it is malformed', () => {
  for (const v of [0, 2, '1', null, {}]) expect(readRelay(JSON.stringify({ ...ours, v }))).toBeUndefined();
  expect(readRelay(JSON.stringify({ ...ours, to: { room: '*' } }))).toBeUndefined();
});

it('gives the text of the data as it stands there, whatever is said in it', () => {
  const said = { seq: 1, from: '1', date: 1.5, message: '},"v":1 ,"data":{ \\', roomId: '0', id: '0-1-x' };
  const envelope = { serverId: ',"data":{', type: 'message', data: said, v: 1, to: { room: '0' }, span: '},"v":' };
  const text = JSON.stringify(envelope);
  expect(readRelay(text)).toEqual({ ours: envelope, data: JSON.stringify(said) });
  // Spaced, or in another order: no server of ours, but an envelope of theirs all the same.
  const { data, ...rest } = envelope;
  for (const other of [JSON.stringify(envelope, null, 1), JSON.stringify({ ...rest, data })]) {
    const read = readRelay(other);
    expect(read && 'data' in read && JSON.parse(read.data)).toEqual(said);
  }
});

it('keeps the channels apart', () => {
  expect(readNews(JSON.stringify(ours))).toBeUndefined();
  expect(readRelay(JSON.stringify(heartbeat))).toBeUndefined();
});

it.each(['', 'x', 'null', '7', '[]', '{}', '"message"', '{"v":1}', '{"type":"message"}'])(
  'makes nothing of %j',
  (text) => {
    expect([readRelay(text), readNews(text)]).toEqual([undefined, undefined]);
  },
);

it('reads no further than any message reaches', () => {
  const message = { from: 1, date: 1, roomId: '0', message: '\u0001'.repeat(HARD_MESSAGE_LENGTH) };
  const payload = JSON.stringify({ serverId: 's', type: 'message', data: message });
  expect(readRelay(payload)).toBeDefined();
  expect(readRelay(payload + ' '.repeat(3 * HARD_MESSAGE_LENGTH))).toBeUndefined();
});
