import 'fake-indexeddb/auto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { forgetKept, type KeptHistory, type KeptList } from '@app/client';
import type { Message } from '@app/contracts';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PABLO, settle, TestChat } from '../../testing/test-chat';
import { readChat, readEnds, write } from './database';
import { device } from './device';
import { databaseName, isRemembered } from './whose';

/** The model server's. */
const EPOCH = '1';

const message = (roomId: string, seq: number): Message => ({
  id: `${roomId}-${seq}-${seq}`,
  seq,
  from: '2',
  date: seq,
  message: `Line ${seq}`,
  roomId,
});

const history = (roomId: string, seq: number, epoch = EPOCH): KeptHistory => ({
  roomId,
  epoch,
  position: { roomId, seq, id: `${roomId}-${seq}-${seq}`, rev: 0 },
  messages: [message(roomId, seq)],
  isWhole: false,
});

const list = (...ids: string[]): KeptList => ({
  epoch: EPOCH,
  maxMessageLength: 4000,
  rooms: ids.map((id) => ({ id, kind: 'general', names: ['General'], lastMessage: null, seq: 0, read: 0 })),
});

const batch = (...histories: KeptHistory[]) => ({ histories, setBack: new Set<string>(), names: [] });
const seqOf = async (roomId = '0') => (await readEnds('1')).get(roomId)?.seq;
const names = async () => (await indexedDB.databases()).map(({ name }) => name);

const stops: (() => void)[] = [];
function attach({ client }: TestChat): void {
  stops.push(device.attach(PABLO, client));
}

/** A chat in which somebody has said so many things in General, and which has it open. */
async function chatWith(count: number): Promise<TestChat> {
  const chat = new TestChat(PABLO);
  for (let i = 1; i <= count; i++) chat.addHistory('0', '2', `Line ${i}`);
  await chat.start();
  await chat.client.open('0');
  return chat;
}

beforeEach(() => localStorage.clear());
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await forgetKept();
  vi.unstubAllGlobals();
});

it('gives back the rooms, messages and names that it has kept', async () => {
  const chat = new TestChat(PABLO);
  chat.addPerson({ id: '2', username: 'Joe', online: false });
  await chat.start();
  await chat.client.open('0');
  chat.receive('0', '2', 'Hi');
  attach(chat);
  await vi.waitFor(async () => expect((await device.load())?.kept.names).toEqual([{ id: '2', username: 'Joe' }]), 5000);
  const remembered = await device.load();
  expect(remembered?.user).toEqual(PABLO);
  expect(remembered?.kept.list.rooms).toMatchObject([{ id: '0', seq: 1, lastMessage: { message: 'Hi' } }]);
  expect(remembered?.kept.histories).toEqual([chat.client.keepHistory('0')]);
});

it('loads what nobody has opened and is not kept, or not up to the newest', async () => {
  const chat = new TestChat(PABLO);
  const [known, behind, empty] = ['2', '3', '4'].map((id) => chat.addDirect(id)) as [string, string, string];
  for (const id of ['0', known, behind]) for (let i = 0; i < 3; i++) chat.addHistory(id, '2', `Line ${i}`);
  await chat.start();
  const newest = chat.find(known, 'Line 2');
  await write('1', batch({ ...history(known, 3), messages: [newest] }, history(behind, 2)));
  attach(chat);
  const loaded = () => chat.asked.filter((call) => call.startsWith('room.page')).map((call) => call.split(' ')[1]);
  await vi.waitFor(() => expect(loaded().toSorted()).toEqual(['0', behind].toSorted()), 5000);
  await vi.waitFor(async () => expect(await seqOf(behind)).toBe(3), 5000);
  expect(loaded()).not.toContain(empty);
});

it('what is later stays, whichever tab writes last; what the server has lost does not', async () => {
  await write('1', batch(history('0', 5)));
  await write('1', batch(history('0', 4)));
  expect(await seqOf()).toBe(5);
  const changed = { ...history('0', 5), position: { ...history('0', 5).position, rev: 9 } };
  await write('1', batch(changed));
  await write('1', batch(history('0', 5)));
  expect((await readEnds('1')).get('0')?.rev).toBe(9);
  await write('1', { ...batch(history('0', 4)), setBack: new Set(['0']) });
  expect(await seqOf()).toBe(4);
  await write('1', batch(history('0', 1, 'another database')));
  expect(await seqOf()).toBe(1);
});

it('keeps no room that is not in the list any more', async () => {
  await write('1', { ...batch(history('0', 1), history('1:2', 1)), list: list('0', '1:2') });
  await write('1', { ...batch(), list: list('0') });
  expect((await readChat('1'))?.histories.map(({ roomId }) => roomId)).toEqual(['0']);
});

it.each(['before', 'after'])('keeps what was loaded %s it listens, before the list of rooms was', async (when) => {
  const chat = new TestChat(PABLO);
  chat.addHistory('0', '2', 'Line 1');
  chat.hold('GET /api/rooms');
  await chat.start();
  if (when === 'before') await chat.client.open('0');
  attach(chat);
  await import('./keeper');
  if (when === 'after') await chat.client.open('0');
  window.dispatchEvent(new Event('pagehide'));
  chat.release('GET /api/rooms');
  await vi.waitFor(async () => expect(await seqOf()).toBe(1), 5000);
});

it('keeps 100 rooms at most', async () => {
  const chat = new TestChat(PABLO);
  const rooms = ['0', ...Array.from({ length: 150 }, (_, i) => chat.addDirect(`${i + 2}`))];
  for (const roomId of rooms) chat.addHistory(roomId, '2', 'Line 1');
  await chat.start();
  await Promise.all(rooms.map((roomId) => chat.client.open(roomId)));
  attach(chat);
  await vi.waitFor(async () => expect((await readChat('1'))?.list.rooms).toHaveLength(100), 5000);
  expect((await readChat('1'))?.histories).toHaveLength(100);
});

it('has nothing of a user who signed out, and a page that is open still writes nothing more', async () => {
  const chat = await chatWith(1);
  attach(chat);
  await vi.waitFor(async () => expect(await seqOf()).toBe(1), 5000);
  // As another tab does.
  await forgetKept();
  expect([await device.load(), await names()]).toEqual([undefined, []]);
  chat.receive('0', '2', 'Hi');
  await settle();
  for (let i = 0; i < 2; i++) window.dispatchEvent(new Event('pagehide'));
  expect(await device.load()).toBeUndefined();
  expect([isRemembered('1'), await names()]).toEqual([false, []]);
});

it('keeps one user alone: who signs in finds nothing of others', async () => {
  for (const id of ['1', '12']) {
    localStorage.setItem(databaseName(id), 'Somebody');
    await write(id, { ...batch(history('0', 1)), list: list('0') });
  }
  expect(await device.load()).toBeUndefined();
  await forgetKept('12');
  expect(await names()).toEqual([databaseName('12')]);
  expect((await device.load())?.user).toEqual({ id: '12', username: 'Somebody' });
  await forgetKept();
});

it.each([
  ['nothing', async () => undefined],
  ['a list of another form', () => put('about', 'list', { version: 2 })],
  ['no list', () => put('histories', '0', history('0', 1))],
])('goes on without where there is %s', async (_what, prepare) => {
  localStorage.setItem(databaseName('1'), 'Pablo');
  await prepare();
  expect(await device.load()).toBeUndefined();
});

it('leaves out what is damaged, and takes the rest', async () => {
  localStorage.setItem(databaseName('1'), 'Pablo');
  const names = [{ id: '2', username: 'Joe' }];
  await write('1', { ...batch(history('0', 1)), names });
  await put('about', 'list', { ...list('0'), rooms: [...list('0').rooms, { id: 7 }, null] });
  const { messages } = history('1:2', 2);
  for (const damaged of [
    { ...history('1:2', 2), messages: [...messages, { id: 1 }] },
    { ...history('1:2', 2), messages: [message('0', 2)] },
    { ...history('1:2', 2), position: { roomId: '0', seq: 2, id: 'x', rev: 0 } },
    { ...history('1:2', 2), messages: [] },
    'what?',
  ]) {
    await put('histories', '1:2', damaged);
    const kept = (await device.load())?.kept;
    expect(kept?.list.rooms.map(({ id }) => id)).toEqual(['0']);
    expect(kept?.names).toEqual(names);
    expect(kept?.histories.map(({ roomId }) => roomId)).toEqual(['0']);
  }
  await put('about', 'names', [['2', 'Joe']]);
  expect((await device.load())?.kept.names).toEqual([]);
});

it.each([
  ['is forbidden', () => Promise.reject(new DOMException('private', 'InvalidStateError'))],
  ['is of a later version', () => openDB(databaseName('1'), 7).then((db) => db.close())],
])('goes on without where the storage %s; a later page begins anew', async (_what, prepare) => {
  await prepare().catch(() => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('private', 'InvalidStateError');
    });
  });
  const chat = await chatWith(1);
  attach(chat);
  expect(await device.load()).toBeUndefined();
  await vi.waitFor(() => expect(isRemembered('1')).toBe(false), 10_000);
  vi.restoreAllMocks();
  attach(chat);
  await vi.waitFor(async () => expect((await device.load())?.kept.histories).toHaveLength(1), 5000);
});

/** Writes something that this version would not. */
async function put(store: string, key: string, value: unknown): Promise<void> {
  await write('1', batch());
  const db = await openDB(databaseName('1'));
  await db.put(store, value, key);
  db.close();
}

it('keeps nothing, and complains of nothing, where its code cannot be loaded: the network went meanwhile', async () => {
  const lost = vi.fn();
  process.on('unhandledRejection', lost);
  vi.doMock('./keeper', () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  try {
    attach(await chatWith(1));
    await expect(import('./keeper')).rejects.toThrow();
    await settle();
    // Node.js tells of what nobody caught before it begins another turn.
    await nextTurn();
    expect(lost).not.toHaveBeenCalled();
  } finally {
    vi.doUnmock('./keeper');
    process.off('unhandledRejection', lost);
  }
});
