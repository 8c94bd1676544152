import { render, screen, within } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { ChatProvider } from '../../lib/chat';
import { makeChat, server } from '../../testing/show-chat-page';
import type { TestChat } from '../../testing/test-chat';
import { RoomList } from './room-list';

let chat: TestChat;

beforeEach(async () => {
  chat = makeChat();
  chat.addPerson({ id: '4', username: 'Zoë', online: true });
  for (const id of ['2', '3', '4']) chat.addDirect(id);
  await chat.start();
  render(
    <ChatProvider chat={chat.client}>
      <RoomList current="0" />
    </ChatProvider>,
  );
});

it('shows what one has written and the server does not have, and whether it was refused', async () => {
  const line = () => within(screen.getByRole('link', { name: /^Mary/ }));
  await server(() => void chat.client.send('1:3', 'From the **tunnel**'));
  expect(line().getByText('You: From the tunnel')).toBeTruthy();
  expect(line().getByRole('img', { name: 'Sending' })).toBeTruthy();
  await server(() => chat.refuse('1:3', { code: 'forbidden', message: 'no' }));
  expect(line().getByRole('img', { name: 'Not sent' })).toBeTruthy();
});

it('has every name whole where it may be cut', () => {
  expect(screen.getByTitle('Zoë')).toBeTruthy();
});
