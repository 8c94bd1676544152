import { act, render, screen, within } from '@testing-library/react';
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
