import { ChatError, type User } from '@app/contracts';
import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { Session } from '../features/session/session';
import { setWidth } from '../testing/media';
import { server } from '../testing/show-chat-page';
import { TestChat } from '../testing/test-chat';
import { App } from './app';

const pablo: User = { id: '1', username: 'Pablo' };
let chat: TestChat;

beforeEach(() => setWidth(1280));

async function show(path: string, signedIn: User | null | Error | (() => User)) {
  window.history.replaceState(null, '', path);
  const session = new Session({
    api: {
      session: async () => {
        if (signedIn instanceof Error) throw signedIn;
        return typeof signedIn === 'function' ? signedIn() : signedIn;
      },
      signIn: async () => pablo,
      register: async () => pablo,
      settings: async () => ({ demoUsers: [], maxMessageLength: 4000, registration: 'open' as const }),
    },
    createChat: (user) => {
      chat = new TestChat(user);
      return chat.client;
    },
    retryMs: 1_000_000,
  });
  render(<App session={session} />);
  await act(() => session.start());
  return userEvent.setup();
}

const path = () => window.location.pathname;

async function signIn(user: ReturnType<typeof userEvent.setup>) {
  await user.type(await screen.findByLabelText('User name'), 'Pablo');
  await user.type(screen.getByLabelText('Password'), 'password123{Enter}');
}

it('leads from the sign-in page to General', async () => {
  const user = await show('/', null);
  await signIn(user);
  expect(await screen.findByRole('textbox', { name: 'Message General' })).toBeTruthy();
  expect(path()).toBe('/chat/0');
  expect(document.title).toBe('General · redis-chat');
});

it('goes on at the address one came for', async () => {
  const user = await show('/chat/1:2', null);
  await signIn(user);
  expect(await screen.findByRole('navigation', { name: 'Rooms' })).toBeTruthy();
  expect(path()).toBe('/chat/1:2');
});

it('signs out to the sign-in page', async () => {
  const user = await show('/chat/0', pablo);
  await user.click(screen.getByRole('button', { name: 'Pablo: menu' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeTruthy();
  expect(path()).toBe('/sign-in');
  expect(chat.isConnected).toBe(false);
});

it('says that the session has ended, and goes on in the same place', async () => {
  const user = await show('/chat/0', pablo);
  await server(() => chat.endSession());
  expect(await within(screen.getByRole('main')).findByText(/Your session has ended/)).toBeTruthy();
  expect(path()).toBe('/chat/0');
  await signIn(user);
  expect(await screen.findByRole('textbox', { name: 'Message General' })).toBeTruthy();
});

it('says that the server cannot be reached', async () => {
  await show('/chat/0', new ChatError('unavailable', 'away'));
  expect(screen.getByRole('alert').textContent).toContain('The server cannot be reached');
  expect(screen.getByRole('button', { name: 'Try now' })).toBeTruthy();
});

it('says at once that there is no network, and goes on by itself when it is back', async () => {
  const network = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  await show('/chat/0', () => {
    if (!navigator.onLine) throw new ChatError('unavailable', 'away');
    return pablo;
  });
  expect(screen.getByRole('alert').textContent).toContain('You are offline.');
  network.mockReturnValue(true);
  window.dispatchEvent(new Event('online'));
  expect(await screen.findByRole('textbox', { name: 'Message General' })).toBeTruthy();
});

it.each(['/nonsense', '/chat/no-room', '/chat/0/more'])(
  'says that %s leads nowhere, signed in or not, and leads back',
  async (at) => {
    await show(at, null);
    expect(await screen.findByRole('heading', { name: 'There is no such page' })).toBeTruthy();
    cleanup();
    const user = await show(at, pablo);
    expect(path()).toBe(at);
    await user.click(await screen.findByRole('link', { name: 'Go to the start' }));
    expect(await screen.findByRole('textbox', { name: 'Message General' })).toBeTruthy();
  },
);
