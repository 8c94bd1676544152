import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { ChatProvider } from '../../lib/chat';
import type { FakeChat } from '../../testing/fake-chat';
import { makeChat } from '../../testing/show-chat-page';
import { RoomList } from './room-list';

let chat: FakeChat;

beforeEach(() => {
  chat = makeChat();
  chat.addPerson({ id: '4', username: 'Zoë', online: true });
  for (const id of ['2', '3', '4']) chat.addDirect(id);
  render(
    <ChatProvider chat={chat}>
      <RoomList current="0" />
    </ChatProvider>,
  );
});

const box = () => screen.getByRole<HTMLInputElement>('searchbox', { name: 'Filter rooms' });
const names = () => screen.queryAllByRole('link').map((link) => link.getAttribute('href'));

it('shows those alone whose name fits, case and accents aside, and all of them again with Esc', async () => {
  const user = userEvent.setup();
  await user.type(box(), 'ZOE');
  expect(names()).toEqual(['/chat/1:4']);
  expect(screen.queryByRole('heading', { name: 'Rooms' })).toBeNull();
  await user.keyboard('{Escape}');
  expect(box().value).toBe('');
  expect(names()).toEqual(['/chat/0', '/chat/1:2', '/chat/1:3', '/chat/1:4']);
});

it('leads with the arrows from the box through the list and back', async () => {
  const user = userEvent.setup();
  await user.type(box(), 'o{ArrowDown}');
  expect(document.activeElement).toBe(screen.getByRole('link', { name: /^Joe/ }));
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(screen.getByRole('link', { name: /^Zoë/ }));
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(screen.getByRole('link', { name: /^Zoë/ }));
  await user.keyboard('{ArrowUp}{ArrowUp}');
  expect(document.activeElement).toBe(box());
});

it('opens the first that fits with Enter', async () => {
  const user = userEvent.setup();
  await user.type(box(), 'mar{Enter}');
  expect(window.location.pathname).toBe('/chat/1:3');
});

it('says so when none fits, and what to do', async () => {
  const user = userEvent.setup();
  await user.type(box(), 'qqq');
  expect(screen.getByRole('status').textContent).toBe('No room fits “qqq”. Empty the box to see all of them.');
  expect(names()).toEqual([]);
});

it('shows what one has written and the server does not have, and whether it was refused', async () => {
  const line = () => within(screen.getByRole('link', { name: /^Mary/ }));
  await act(async () => void chat.send('1:3', 'From the **tunnel**'));
  expect(line().getByText('You: From the tunnel')).toBeTruthy();
  expect(line().getByRole('img', { name: 'Sending' })).toBeTruthy();
  await act(async () => chat.refuse('1:3', { code: 'forbidden', message: 'no' }));
  expect(line().getByRole('img', { name: 'Not sent' })).toBeTruthy();
});

it('has every name whole where it may be cut', () => {
  expect(screen.getByTitle('Zoë')).toBeTruthy();
});
