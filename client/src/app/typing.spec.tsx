import { screen } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FakeChat } from '../testing/fake-chat';
import { setWidth } from '../testing/media';
import { field, makeChat, server, showChatPage } from '../testing/show-chat-page';

let chat: FakeChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
});

describe('typing', () => {
  it('is told of, until it ends', async () => {
    await showChatPage(chat);
    await server(() => chat.setTyping('0', ['2']));
    expect(screen.getByText('Joe is typing…')).toBeTruthy();
    await server(() => chat.setTyping('0', ['2', '3']));
    expect(screen.getByText('Joe and Mary are typing…')).toBeTruthy();
    await server(() => chat.setTyping('0', ['2', '3', '4']));
    expect(screen.getByText('Several people are typing…')).toBeTruthy();
    await server(() => chat.setTyping('0', []));
    expect(screen.queryByText(/typing/)).toBeNull();
  });

  it('is told of in its own room alone', async () => {
    const direct = chat.addDirect('2');
    await showChatPage(chat);
    await server(() => chat.setTyping(direct, ['2']));
    expect(screen.queryByText(/typing/)).toBeNull();
  });

  it('is told to the others when one writes something, not when one clears it', async () => {
    const user = await showChatPage(chat);
    const told = () => chat.calls.filter((call) => call === 'typing 0').length;
    await user.type(field(), ' ');
    expect(told()).toBe(0);
    await user.type(field(), 'x');
    expect(told()).toBe(1);
    await user.clear(field());
    expect(told()).toBe(1);
  });
});
