import { editRequestSchema, type Message, messageSchema, newsEnvelopeSchema, revOf, syncedRoomSchema } from '../..';

const message: Message = {
  id: '1:2-3-1700000000000001',
  seq: 3,
  rev: 7,
  from: '1',
  date: 1700000000.000001,
  message: 'Hello again',
  roomId: '1:2',
  edited: 1700000005.000001,
};
const tombstone: Message = { ...message, rev: 8, message: '', deleted: { by: '1', date: 1700000009.5 } };
const changed = { roomId: '1:2', rev: 7, entity: 'm3:1700000000000001', message };
const news = { serverId: 'a:store', type: 'changed', data: changed, v: 2, to: { room: '1:2' } };

it('a message says what became of it', () => {
  for (const state of [message, tombstone]) expect(messageSchema.parse(state)).toEqual(state);
  for (const wrong of [{ rev: 0 }, { edited: 'now' }, { deleted: true }, { deleted: { by: '1' } }]) {
    expect(messageSchema.safeParse({ ...message, ...wrong }).success).toBe(false);
  }
});

it('the clock of what had no change is its place', () => {
  expect([{ seq: 3 }, { seq: 3, rev: 0 }, { seq: 3, rev: 2 }, { seq: 3, rev: 7 }, {}].map(revOf)).toEqual([
    3, 3, 3, 7, 0,
  ]);
});

it('a sync of a server that knows no changes tells of none', () => {
  const room = { status: 'ok', roomId: '0', messages: [], upTo: { roomId: '0', seq: 0, id: '', rev: 0 }, more: false };
  expect(syncedRoomSchema.parse(room)).toEqual({ ...room, changed: [] });
});

it('what is told of a change is the whole message, or another thing of a room', () => {
  const { message: _, ...bare } = changed;
  const member = { ...bare, entity: 'u5', member: { userId: '5', role: null } };
  for (const data of [changed, member]) expect(newsEnvelopeSchema.parse({ ...news, data })).toEqual({ ...news, data });
  for (const wrong of [{ rev: 0 }, { roomId: '2:1' }, { entity: 'x'.repeat(81) }]) {
    expect(newsEnvelopeSchema.safeParse({ ...news, data: { ...changed, ...wrong } }).success).toBe(false);
  }
});

it.each([
  { id: '' },
  { id: 'x'.repeat(121) },
  { message: '' },
  { ifRev: 0 },
  { ifRev: undefined },
  { ifRev: 1.5 },
  { from: '1' },
])('an edit is not %j', (wrong) => {
  const edit = { id: message.id, message: 'Hello', ifRev: 3 };
  expect(editRequestSchema.parse(edit)).toEqual(edit);
  expect(editRequestSchema.safeParse({ ...edit, ...wrong }).success).toBe(false);
});
