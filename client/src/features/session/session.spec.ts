import { createBrowserOutbox } from '@app/client';
import { ChatError, type User } from '@app/contracts';
import { expect, it, vi } from 'vitest';
import type { Device } from '../../lib/device/device';
import { settle, TestChat } from '../../testing/test-chat';
import { Session, type SessionApi } from './session';

const pablo: User = { id: '1', username: 'Pablo' };

function setUp(api: Partial<SessionApi> = {}, device?: Device) {
  const chats: TestChat[] = [];
  const session = new Session({
    api: {
      session: async () => null,
      signIn: async () => pablo,
      register: async () => pablo,
      settings: async () => ({ demoUsers: [], maxMessageLength: 4000, registration: 'open' as const }),
      ...api,
    },
    createChat: (user, kept) => {
      const chat = new TestChat(user, { kept });
      chats.push(chat);
      return chat.client;
    },
    device,
    retryMs: 1000,
  });
  return { session, chats };
}

it('takes up the session that is there, and connects', async () => {
  const { session, chats } = setUp({ session: async () => pablo });
  await session.start();
  expect(session.state()).toMatchObject({ status: 'signed-in', user: pablo });
  await settle();
  expect(chats[0]?.isConnected).toBe(true);
});

it('asks an unreachable server again by itself', async () => {
  vi.useFakeTimers();
  const answers = [() => Promise.reject(new ChatError('unavailable', 'away')), async () => pablo];
  const { session } = setUp({ session: async () => answers.shift()?.() ?? null });
  await session.start();
  expect(session.state().status).toBe('unreachable');
  await vi.advanceTimersByTimeAsync(1000);
  expect(session.state().status).toBe('signed-in');
  vi.useRealTimers();
});

it('closes the connection on sign-out', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  await session.signOut();
  expect(session.state()).toEqual({ status: 'signed-out', why: 'left' });
  expect(chats[0]?.asked).toContain('DELETE /api/session');
  await settle();
  expect(chats[0]?.isConnected).toBe(false);
});

it('is signed out where the server had ended the session already', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  chats[0]?.refused.set('DELETE /api/session', { code: 'unauthorized', message: 'who?' });
  await session.signOut();
  expect(session.state()).toEqual({ status: 'signed-out', why: 'left' });
});

it('stays signed in when the server could not be told', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  const [chat] = chats;
  chat?.refused.set('DELETE /api/session', { code: 'unavailable', message: 'away' });
  await expect(session.signOut()).rejects.toThrow('away');
  expect(session.state().status).toBe('signed-in');
});

it('shows the sign-in page when the server ends the session', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  await settle();
  chats[0]?.endSession();
  expect(session.state()).toEqual({ status: 'signed-out', why: 'ended' });
});

it('takes the news of its own sign-out for what it is', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  await settle();
  const leaving = session.signOut();
  chats[0]?.endSession();
  expect(session.state()).toEqual({ status: 'signed-out', why: 'left' });
  await leaving;
  expect(session.state()).toEqual({ status: 'signed-out', why: 'left' });
});

it('keeps what one has not sent when one comes back, and drops what others have left', async () => {
  const entry = { roomId: '0', clientId: 'unsent', message: 'not sent', createdAt: 1 };
  const [mine, theirs] = [createBrowserOutbox(pablo.id), createBrowserOutbox('2')];
  for (const outbox of [mine, theirs]) outbox.put(entry);
  const { session } = setUp({ session: async () => pablo });
  await session.start();
  expect([mine.load(), theirs.load()]).toEqual([[entry], []]);
  await session.signOut();
  expect(mine.load()).toEqual([]);
});

/** A device that has kept something of a user, and what was done to it. */
function deviceOf(user: User | undefined) {
  const calls: string[] = [];
  const kept = { list: { epoch: 'e', maxMessageLength: 4000, rooms: [] }, histories: [], names: [] };
  const device: Device = {
    load: async () => user && { user, kept },
    attach: ({ id }) => {
      calls.push(`attach ${id}`);
      return () => calls.push(`detach ${id}`);
    },
    forgetUser: async (id) => void calls.push(`forget ${id}`),
    forget: async (but) => void calls.push(`forget all but ${but}`),
  };
  return { device, calls };
}

const away = () => Promise.reject(new ChatError('unavailable', 'away'));

it('begins with what the device has kept when the server cannot be reached, and stays when it can', async () => {
  const { device, calls } = deviceOf(pablo);
  const { session, chats } = setUp({ session: away }, device);
  await session.start();
  expect(session.state()).toMatchObject({ status: 'signed-in', user: pablo, chat: { isFromDevice: true } });
  await settle();
  expect(session.state()).toMatchObject({ status: 'signed-in', chat: { state: { status: 'online' } } });
  expect([chats.length, chats[0]?.isConnected, calls]).toEqual([1, true, ['attach 1']]);
});

it('does not begin with it when the server answers, nor where nothing is kept', async () => {
  const { session, chats } = setUp({ session: async () => pablo }, deviceOf(pablo).device);
  await session.start();
  expect([chats.length, chats[0]?.client.isFromDevice]).toEqual([1, false]);
  const empty = setUp({ session: away }, deviceOf(undefined).device);
  await empty.session.start();
  expect(empty.session.state().status).toBe('unreachable');
  await empty.session.signIn('Pablo', 'password123');
});

it.each<[string, () => Promise<User | null>]>([
  ['nobody', async () => null],
  ['nobody, by a refusal', () => Promise.reject(new ChatError('unauthorized', 'who?'))],
])('deletes what is kept when the server says that %s is signed in', async (_who, answer) => {
  const { device, calls } = deviceOf(pablo);
  const { session, chats } = setUp({ session: answer }, device);
  await session.start();
  expect(session.state()).toEqual({ status: 'signed-out', why: 'nobody' });
  expect([chats, calls]).toEqual([[], ['forget all but undefined']]);
});

it('makes do with the device while the server does not answer; its answer counts when it comes', async () => {
  vi.useFakeTimers();
  const mary = { id: '3', username: 'Mary' };
  for (const user of [pablo, mary, null]) {
    const { device, calls } = deviceOf(pablo);
    let resolve: (user: User | null) => void = () => undefined;
    const answer = new Promise<User | null>((done) => {
      resolve = done;
    });
    const { session, chats } = setUp({ session: () => answer }, device);
    const started = session.start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(session.state()).toMatchObject({ status: 'signed-in', user: pablo });
    resolve(user);
    await started;
    if (user === null) {
      expect(session.state()).toEqual({ status: 'signed-out', why: 'ended' });
      expect(calls).toEqual(['attach 1', 'detach 1', 'forget 1', 'forget all but undefined']);
    } else if (user === mary) {
      expect(session.state()).toMatchObject({ user: mary, chat: { isFromDevice: false } });
      expect(calls).toEqual(['attach 1', 'detach 1', 'attach 3']);
    } else {
      expect(session.state()).toMatchObject({ user: pablo, chat: { user: pablo } });
    }
    await settle();
    if (user !== pablo) expect(chats[0]?.isConnected).toBe(false);
  }
  vi.useRealTimers();
});

it('keeps what one knows until the session ends, however it does', async () => {
  for (const end of ['server', 'self'] as const) {
    const { device, calls } = deviceOf(undefined);
    const { session, chats } = setUp({}, device);
    await session.signIn('Pablo', 'password123');
    await settle();
    if (end === 'server') chats[0]?.endSession();
    else await session.signOut();
    // At a sign-out everybody who keeps something is told.
    expect(calls).toEqual(['attach 1', 'detach 1', ...(end === 'server' ? ['forget 1'] : [])]);
  }
});

it('says that it does not understand the server, and asks no more', async () => {
  const api = { session: vi.fn(async () => Promise.reject(new ChatError('outdated', 'Not understood'))) };
  const { session } = setUp(api);
  vi.useFakeTimers();
  try {
    await session.start();
    expect(session.state()).toEqual({ status: 'outdated' });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(api.session).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});
