import { HARD_MESSAGE_LENGTH } from '@app/contracts';

/**
 * Payloads on the channels of the relay that no server would publish.
 * @param userId somebody who listens
 * @param text part of each message in them
 */
export function news(userId: string, text: string): string[] {
  const message = {
    id: '0-1-1700000000000001',
    seq: 1,
    from: userId,
    date: 1700000000.000001,
    message: text,
    roomId: '0',
  };
  const { id, seq, date } = message;
  const header = { v: 2, serverId: 'evil:store', type: 'message', to: { room: '0' }, id, seq, date };
  const ours = { ...header, data: message };
  const foreign = { serverId: 'evil', type: 'message', data: { from: 1, date: 1, message: text, roomId: '0' } };
  const noPrimitive = { toString: 1, valueOf: 1 };
  return [
    '',
    text,
    'null',
    '7',
    '"x"',
    '[]',
    '{}',
    '{"v":2}',
    '{"serverId":"x","type":"message"',
    '\0\u0001',
    '['.repeat(50_000),
    ...[
      // ours, but not quite
      { ...ours, data: null },
      { ...ours, data: [] },
      { ...ours, v: 3 },
      { ...ours, v: null },
      { ...ours, to: null },
      { ...ours, to: { room: '*' } },
      { ...ours, to: { user: '__proto__' } },
      { ...ours, type: '__proto__' },
      { ...ours, type: 'hello', data: {} },
      { ...ours, type: 'session.ended', data: {} },
      { ...ours, type: 'session.ended', data: { sessionHash: 7 } },
      { ...ours, type: 'heartbeat', data: null },
      { ...ours, type: 'room.read', data: { roomId: '*', seq: 1 } },
      { ...ours, type: 'room.read', data: { roomId: '0', seq: 'x' } },
      { ...ours, type: 'typing', data: {} },
      { ...ours, type: 'typing', data: { roomId: '*', userId: '1' } },
      { ...ours, type: 'typing', data: { roomId: '0', userId: '__proto__' } },
      { ...ours, type: 'typing', data: { roomId: '0', userId: '1', username: text } },
      { ...ours, data: { ...message, seq: 'x' } },
      { ...ours, data: { ...message, seq: -1 } },
      { ...ours, data: { ...message, date: null } },
      { ...ours, data: { ...message, message: { html: text } } },
      { ...ours, data: { ...message, id: 'x'.repeat(100) } },
      { ...ours, data: { ...message, roomId: `1:${userId}:3` } },
      { ...ours, data: { ...message, roomId: `${userId}:1` } },
      { ...ours, data: { ...message, roomId: '__proto__' } },
      { ...ours, type: 'show.room', data: { id: '0' } },
      { ...ours, type: 'user.disconnected', data: { id: userId, username: 7, online: false } },
      // a demo server's, but not quite
      { ...foreign, serverId: null },
      { ...foreign, serverId: {} },
      { ...foreign, data: null },
      { ...foreign, data: text },
      { ...foreign, data: {} },
      { ...foreign, data: { ...foreign.data, message: 7 } },
      { ...foreign, data: { ...foreign.data, message: null } },
      { ...foreign, data: { ...foreign.data, from: {} } },
      { ...foreign, data: { ...foreign.data, from: undefined } },
      { ...foreign, data: { ...foreign.data, roomId: noPrimitive } },
      { ...foreign, data: { ...foreign.data, roomId: '*' } },
      { ...foreign, data: { ...foreign.data, roomId: `${userId}:1` } },
      { ...foreign, data: { ...foreign.data, roomId: ['0'] } },
      { ...foreign, data: { ...foreign.data, message: text.repeat(HARD_MESSAGE_LENGTH) } },
      { ...foreign, type: 'hello' },
      { ...foreign, type: 'session.ended', data: { sessionHash: 'x' } },
      { ...foreign, type: 'disconnect', data: {} },
      { ...foreign, type: ['message'] },
      { ...foreign, type: 'show.room', data: { id: '*', names: [] } },
      { ...foreign, type: 'show.room', data: { id: `1:${userId}`, names: 'x' } },
      { ...foreign, type: 'user.connected', data: {} },
      { ...foreign, type: 'user.connected', data: { id: '*', username: 'x' } },
      { ...foreign, type: 'user.connected', data: { id: noPrimitive, username: noPrimitive } },
      { ...foreign, type: 'user.disconnected', data: null },
    ].map((value) => JSON.stringify(value)),
    `{"__proto__":{"v":1,"serverId":"x","type":"message"},"constructor":{"prototype":{"v":1}}}`,
    `{"serverId":"x","type":"user.connected","data":{"__proto__":{"id":"1","username":"${text}"}}}`,
  ];
}
