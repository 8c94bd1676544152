import { HARD_MESSAGE_LENGTH } from '@app/contracts';
import { readNews, readRelay } from './envelopes';

const presence = { id: '1', username: 'Ann', online: true };
const ours = { serverId: 'a:store', type: 'user.connected', data: presence, v: 1, to: 'all' };
const foreign = { serverId: 4132, type: 'user.connected', data: presence };
const heartbeat = { serverId: 'a', type: 'heartbeat', data: { nonce: 'x' }, v: 1, to: 'all' };

it('tells ours from those of the demo by their version', () => {
  expect(readRelay(JSON.stringify(ours))).toEqual({ ours });
  expect(readRelay(JSON.stringify(foreign))).toMatchObject({ foreign: { serverId: '4132', type: 'user.connected' } });
  expect(readNews(JSON.stringify(heartbeat))).toEqual(heartbeat);
});

it('takes none of ours for one of the demo because it is malformed', () => {
  for (const v of [0, 2, '1', null, {}]) expect(readRelay(JSON.stringify({ ...ours, v }))).toBeUndefined();
  expect(readRelay(JSON.stringify({ ...ours, to: { room: '*' } }))).toBeUndefined();
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
