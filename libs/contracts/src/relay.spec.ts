import fc from 'fast-check';
import { foreignEnvelopeSchema, type Message, newsEnvelopeSchema, relayEnvelopeSchema } from '.';

const message: Message = {
  id: '1:2-3-1700000000000001',
  seq: 3,
  from: '1',
  date: 1700000000.000001,
  message: 'Hello',
  roomId: '1:2',
};
const { id, seq, date } = message;
const envelope = { v: 2, serverId: 'a:store', type: 'message', to: { room: '1:2' }, data: message };
const ours = { ...envelope, id, seq, date };

describe('an envelope of ours', () => {
  it('carries what it says', () => {
    expect(relayEnvelopeSchema.parse(ours)).toEqual(ours);
    const data = { id: '1', username: 'Ann', online: true };
    const presence = { ...envelope, type: 'user.connected', to: 'all', data };
    expect(relayEnvelopeSchema.parse(presence)).toEqual(presence);
  });

  it.each([
    { ...ours, v: 1 },
    { ...ours, v: 3 },
    envelope,
    { ...ours, id: 5 },
    { ...ours, seq: 0 },
    { ...ours, date: '1700000000' },
    { ...ours, to: { user: '1' } },
    { ...ours, to: undefined },
    { ...ours, to: { room: '2:1' } },
    { ...ours, to: 'everybody' },
    { ...ours, type: 'hello' },
    { ...ours, type: 'show.room' },
    { ...ours, extra: 1 },
    { ...ours, data: null },
    { ...ours, data: { ...message, seq: 0 } },
    { ...ours, data: { ...message, seq: 1.5 } },
    { ...ours, data: { ...message, date: '1700000000' } },
    { ...ours, data: { ...message, roomId: '1:2:3' } },
    { ...ours, data: { ...message, roomId: '' } },
    { ...ours, data: { ...message, id: 'x'.repeat(81) } },
    { ...ours, data: { ...message, admin: true } },
  ])('is not %j', (envelope) => {
    expect(relayEnvelopeSchema.safeParse(envelope).success).toBe(false);
  });

  it('of the news channel never passes for one of MESSAGES, nor the other way round', () => {
    const news = { ...envelope, type: 'session.ended', data: { sessionHash: 'x' }, to: 'all' };
    expect(newsEnvelopeSchema.safeParse(news).success).toBe(true);
    expect(relayEnvelopeSchema.safeParse(news).success).toBe(false);
    expect(newsEnvelopeSchema.safeParse(ours).success).toBe(false);
  });
});

const foreign = { serverId: 4132, type: 'message', data: { from: 1, date: 1615480369, message: 'Hello', roomId: 0 } };

describe('an envelope of a demo server', () => {
  it('may have numbers for ids and names in lists', () => {
    expect(foreignEnvelopeSchema.parse(foreign)).toMatchObject({ serverId: '4132', data: { roomId: '0' } });
    const show = { serverId: 's', type: 'show.room', data: { id: '1:2', names: [['Pablo'], ['Joe']] } };
    expect(foreignEnvelopeSchema.parse(show).data).toEqual({ id: '1:2', names: ['Pablo', 'Joe'] });
    const user = { serverId: 's', type: 'user.connected', data: { id: 7, username: 'Ann', online: true, more: 1 } };
    expect(foreignEnvelopeSchema.parse(user).data).toEqual({ id: '7', username: 'Ann' });
    expect(foreignEnvelopeSchema.parse({ ...user, type: 'disconnect' })).toMatchObject({ type: 'disconnect' });
  });

  it.each([
    null,
    [],
    7,
    'message',
    {},
    { ...foreign, serverId: undefined },
    { ...foreign, type: 'session.ended' },
    { ...foreign, type: '__proto__' },
    { ...foreign, data: null },
    { ...foreign, data: [] },
    { ...foreign, data: { ...foreign.data, roomId: { toString: 1, valueOf: 1 } } },
    { ...foreign, data: { ...foreign.data, RoomId: null } },
    { ...foreign, type: 'show.room', data: { id: '2:1', names: ['a', 'b'] } },
    { ...foreign, type: 'show.room', data: { id: '1:2', names: ['a', 'b', 'c'] } },
    { ...foreign, type: 'show.room', data: { id: '1:2', names: [{}, null] } },
    { ...foreign, type: 'user.connected', data: { id: '*', username: 'x' } },
    { ...foreign, type: 'user.connected', data: { id: '1', username: 'x'.repeat(201) } },
    { ...foreign, type: 'user.disconnected', data: { id: 1 } },
  ])('is not %j', (envelope) => {
    expect(foreignEnvelopeSchema.safeParse(envelope).success).toBe(false);
  });

  it('changes no prototype', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('__proto__', 'constructor', 'prototype'), (value, name) => {
        const data = `{"from":1,"message":"x","roomId":"0","${name}":${JSON.stringify(value)}}`;
        const read = foreignEnvelopeSchema.safeParse(
          JSON.parse(`{"serverId":"s","type":"message","data":${data},"${name}":{"v":1}}`),
        );
        expect(Object.getPrototypeOf(read.data?.data ?? {})).toBe(Object.prototype);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});
