import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setWidth } from '../testing/media';
import { field, makeChat, server, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
});
afterEach(() => vi.useRealTimers());

const writes = (userId: string, roomId = '0') => server(() => chat.tell('typing', { roomId, userId }));

describe('typing', () => {
  it('is told of, until it ends', async () => {
    await showChatPage(chat);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await writes('2');
    expect(screen.getByText('Joe is typing…')).toBeTruthy();
    await writes('3');
    expect(screen.getByText('Joe and Mary are typing…')).toBeTruthy();
    await writes('4');
    expect(screen.getByText('Several people are typing…')).toBeTruthy();
    await server(() => vi.advanceTimersByTime(5000));
    expect(screen.queryByText(/typing/)).toBeNull();
  });

  it('is told of in its own room alone', async () => {
    const direct = chat.addDirect('2');
    await showChatPage(chat);
    await writes('2', direct);
    expect(screen.queryByText(/typing/)).toBeNull();
  });

  it('is told to the others when one writes something, not when one clears it', async () => {
    const user = await showChatPage(chat);
    const told = () => chat.asked.filter((call) => call === 'typing 0').length;
    await user.type(field(), ' ');
    expect(told()).toBe(0);
    await user.type(field(), 'x');
    expect(told()).toBe(1);
    await user.clear(field());
    expect(told()).toBe(1);
  });
});
