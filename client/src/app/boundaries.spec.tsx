import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session } from '../features/session/session';
import { setWidth } from '../testing/media';
import { field, log, makeChat, messages, nav, server, showChatPage } from '../testing/show-chat-page';
import { TestChat } from '../testing/test-chat';
import { App } from './app';

/** Parts of the page that fail to be shown. */
const broken = vi.hoisted(() => new Set<string>());
/** A module whose component fails while it is among the broken ones. */
const breakable = vi.hoisted(
  () => (name: string) => async (original: () => Promise<Record<string, (props: never) => unknown>>) => {
    const { [name]: Part, ...rest } = await original();
    // biome-ignore lint/correctness/noComponentHookFactories: made once, of a module
    const Broken = (props: never) => {
      if (broken.has(name)) throw new Error(`${name} is broken`);
      return Part?.(props);
    };
    return { ...rest, [name]: Broken };
  },
);
vi.mock('../features/presence/people', breakable('People'));
vi.mock('../features/presence/connection-bar', breakable('ConnectionBar'));
vi.mock('../features/rooms/room-list', breakable('RoomList'));
vi.mock('../features/messages/composer', breakable('Composer'));
vi.mock('../features/messages/message-list', breakable('MessageList'));
vi.mock('../features/typing/typing', async (original: () => Promise<typeof import('../features/typing/typing')>) => {
  const { typing } = await original();
  const { Line } = await breakable('Line')(async () => ({ Line: typing.Line }));
  return { typing: { ...typing, Line } };
});
vi.mock('../features/messages/announcer', breakable('Announcer'));
vi.mock('../features/notices/notices', breakable('Notices'));
vi.mock('./overlays', breakable('Overlays'));
vi.mock('./sidebar', breakable('Sidebar'));

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
  // React says what went wrong.
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => broken.clear());

describe('a part that is broken leaves the others', () => {
  it.each(['People', 'ConnectionBar', 'RoomList', 'Line', 'Announcer', 'Notices', 'Overlays'])(
    '%s: one can still write',
    async (part) => {
      broken.add(part);
      const user = await showChatPage(chat);
      await user.type(field(), 'Hello{Enter}');
      expect(within(log()).getByText('Hello')).toBeTruthy();
    },
  );

  it.each(['Composer', 'MessageList'])('%s: one can go elsewhere, and try again', async (part) => {
    broken.add(part);
    const user = await showChatPage(chat);
    expect(screen.getByRole('heading', { level: 1, name: 'General' })).toBeTruthy();
    expect(within(nav()).getByRole('link', { name: 'General' })).toBeTruthy();
    broken.clear();
    await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Try again' }));
    expect(field()).toBeTruthy();
    expect(log()).toBeTruthy();
  });

  it('a message: it is shown as it was written', async () => {
    const { matchAll } = String.prototype;
    vi.spyOn(String.prototype, 'matchAll').mockImplementation(function (this: string, pattern: RegExp) {
      if (this.includes('breaks')) throw new Error('broken');
      return matchAll.call(this, pattern);
    });
    await showChatPage(chat);
    await server(() => chat.receive('0', '2', 'breaks it'));
    await server(() => chat.receive('0', '2', 'and all is well'));
    expect(messages().map((message) => message.textContent)).toEqual([
      expect.stringContaining('breaks it'),
      expect.stringContaining('and all is well'),
    ]);
    expect(within(nav()).getByRole('link', { name: /^General/ })).toBeTruthy();
  });
});

it('where the page itself is broken there is a way back, and a way out', async () => {
  broken.add('Sidebar');
  window.history.replaceState(null, '', '/chat/1:2');
  const session = new Session({
    api: {
      session: async () => ({ id: '1', username: 'Pablo' }),
      signIn: vi.fn(),
      register: vi.fn(),
      settings: async () => ({ demoUsers: [], maxMessageLength: 4000, registration: 'open' as const }),
    },
    createChat: (user) => {
      chat = new TestChat(user);
      return chat.client;
    },
  });
  render(<App session={session} />);
  await act(() => session.start());
  const user = userEvent.setup();
  expect(screen.getByRole('alert').textContent).toContain('Something went wrong on this page.');
  expect(screen.getByRole('button', { name: 'Reload the page' })).toBeTruthy();

  await user.click(screen.getByRole('button', { name: 'Go to the start' }));
  expect(screen.getByRole('alert').textContent).toContain('Something went wrong on this page.');
  broken.clear();
  await user.click(screen.getByRole('button', { name: 'Go to the start' }));
  expect(await screen.findByRole('textbox', { name: 'Message General' })).toBeTruthy();
});

it('one can sign out of a page that is broken', async () => {
  broken.add('Sidebar');
  const session = new Session({
    api: {
      session: async () => ({ id: '1', username: 'Pablo' }),
      signIn: vi.fn(),
      register: vi.fn(),
      settings: async () => ({ demoUsers: [], maxMessageLength: 4000, registration: 'open' as const }),
    },
    createChat: (user) => new TestChat(user).client,
  });
  render(<App session={session} />);
  await act(() => session.start());
  await userEvent.setup().click(screen.getByRole('button', { name: 'Sign out' }));
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeTruthy();
});
