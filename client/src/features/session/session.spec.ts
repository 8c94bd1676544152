import { createBrowserOutbox } from '@app/client';
import { ChatError, type User } from '@app/contracts';
import { expect, it, vi } from 'vitest';
import { FakeChat } from '../../testing/fake-chat';
import { Session, type SessionApi } from './session';

const pablo: User = { id: '1', username: 'Pablo' };

function setUp(api: Partial<SessionApi> = {}) {
  const chats: FakeChat[] = [];
  const session = new Session({
    api: {
      session: async () => null,
      signIn: async () => pablo,
      register: async () => pablo,
      settings: async () => ({ demoUsers: [], maxMessageLength: 4000, registration: 'open' as const }),
      ...api,
    },
    createChat: (user) => {
      const chat = new FakeChat(user);
      chats.push(chat);
      return chat;
    },
    retryMs: 1000,
  });
  return { session, chats };
}

it('takes up the session that is there, and connects', async () => {
  const { session, chats } = setUp({ session: async () => pablo });
  await session.start();
  expect(session.state()).toMatchObject({ status: 'signed-in', user: pablo });
  expect(chats[0]?.calls).toEqual(['connect']);
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
  expect(chats[0]?.calls).toEqual(['connect', 'signOut', 'disconnect']);
});

it('stays signed in when the server could not be told', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  const [chat] = chats;
  if (chat) chat.refusal = new ChatError('unavailable', 'away');
  await expect(session.signOut()).rejects.toThrow('away');
  expect(session.state().status).toBe('signed-in');
});

it('shows the sign-in page when the server ends the session', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  chats[0]?.setState({ status: 'signed-out' });
  expect(session.state()).toEqual({ status: 'signed-out', why: 'ended' });
});

it('takes the news of its own sign-out for what it is', async () => {
  const { session, chats } = setUp();
  await session.signIn('Pablo', 'password123');
  const leaving = session.signOut();
  chats[0]?.setState({ status: 'signed-out' });
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
