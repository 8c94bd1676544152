import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ChatPage } from '../app/chat-page';
import { ChatProvider } from '../lib/chat';
import { settle, TestChat } from './test-chat';

/** Pablo's chat, with Joe online and Mary not. */
export function makeChat(): TestChat {
  const chat = new TestChat();
  chat.addPerson({ id: '2', username: 'Joe', online: true });
  chat.addPerson({ id: '3', username: 'Mary', online: false });
  return chat;
}

/** The same, with a message of Joe's and one of Pablo's in General. */
export function makeChatWithMessages(): TestChat {
  const chat = makeChat();
  chat.addHistory('0', '2', 'theirs');
  chat.addHistory('0', '1', 'mine');
  return chat;
}

/** Opens the chat at an address, as far as the server lets it. @returns a user to act with */
export async function showChatPage(
  chat: TestChat,
  path = '/chat/0',
  signOut: (options?: { everywhere?: boolean }) => Promise<void> = async () => undefined,
) {
  window.history.replaceState(null, '', path);
  await chat.start();
  render(
    <ChatProvider chat={chat.client}>
      <ChatPage signOut={signOut} />
    </ChatProvider>,
  );
  await server(() => undefined);
  return userEvent.setup();
}

export const field = (to = 'General') => screen.getByRole<HTMLTextAreaElement>('textbox', { name: `Message ${to}` });
export const log = () => screen.getByRole('log', { name: 'Messages' });
export const messages = () => within(log()).queryAllByRole('article');
/** The message with this in its text. */
export const line = (text: string) => messages().find((article) => article.textContent?.includes(text)) as HTMLElement;
export const editField = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Edit message' });
export const nav = () => screen.getByRole('navigation', { name: 'Rooms' });
export const people = () => screen.getByRole('region', { name: 'People' });

/** Lets the server do something, and the page show it. */
export const server = (play: () => void) =>
  act(async () => {
    play();
    await settle();
  });

/** Chooses to sign out, in the menu on one's own name. */
export async function askToSignOut(user: ReturnType<typeof userEvent.setup>): Promise<void> {
  await user.click(within(nav()).getByRole('button', { name: /: menu$/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
}
