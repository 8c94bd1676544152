import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setWidth } from '../testing/media';
import { field, makeChat, server, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';

let chat: TestChat;
const reload = vi.fn();
const pass = (ms: number) => act(async () => vi.advanceTimersByTime(ms));
const becomeOutdated = async () => {
  await server(() => chat.becomeOutdated());
  await pass(100);
};
const bar = () => screen.queryByRole('button', { name: 'Reload' });

beforeEach(async () => {
  setWidth(1280);
  sessionStorage.clear();
  localStorage.clear();
  reload.mockReset();
  vi.spyOn(window.location, 'reload').mockImplementation(reload);
  chat = makeChat();
  await showChatPage(chat);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a page that does not understand the server', () => {
  it('says so, and is loaded anew once nobody does anything', async () => {
    expect(bar()).toBeNull();
    await becomeOutdated();
    expect(screen.getByRole('status', { name: 'Version' }).textContent).toBe(
      'This page is out of date. Reload it to go on.',
    );
    await pass(1500);
    fireEvent.keyDown(document.body, { key: 'Shift' });
    await pass(1900);
    expect(reload).not.toHaveBeenCalled();
    await pass(200);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('is not loaded anew again when it comes back as it was; a person may', async () => {
    await becomeOutdated();
    await pass(3000);
    expect(reload).toHaveBeenCalledTimes(1);
    await pass(600_000);
    expect(reload).toHaveBeenCalledTimes(1);
    fireEvent.click(bar() as HTMLElement);
    expect(reload).toHaveBeenCalledTimes(2);
  });

  it('keeps a draft, and waits for what is not kept', async () => {
    fireEvent.change(field(), { target: { value: 'half a thought' } });
    const lost = document.body.appendChild(document.createElement('input'));
    lost.value = 'typed elsewhere';
    await becomeOutdated();
    await pass(60_000);
    expect(reload).not.toHaveBeenCalled();
    lost.remove();
    await pass(2000);
    expect(reload).toHaveBeenCalledTimes(1);
    expect(localStorage.getItem('redis-chat:draft:1:0')).toBe('half a thought');
  });

  it('waits where a draft cannot be kept', async () => {
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new Error('forbidden');
    });
    fireEvent.change(field(), { target: { value: 'half a thought' } });
    await becomeOutdated();
    await pass(60_000);
    expect(reload).not.toHaveBeenCalled();
    expect(bar()).not.toBeNull();
  });

  it('waits where what is not sent is not kept', async () => {
    chat.client.send('0', 'not sent');
    await becomeOutdated();
    await pass(60_000);
    expect(reload).not.toHaveBeenCalled();
    const entry = { roomId: '0', clientId: 'client-id-1', message: 'not sent', createdAt: 1 };
    localStorage.setItem('redis-chat:outbox:1:client-id-1', JSON.stringify(entry));
    await pass(2000);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('waits where nothing can be noted, lest it go on for ever', async () => {
    vi.spyOn(window, 'sessionStorage', 'get').mockImplementation(() => {
      throw new Error('forbidden');
    });
    await becomeOutdated();
    await pass(60_000);
    expect(reload).not.toHaveBeenCalled();
  });

  it('is loaded anew at once when it goes out of sight', async () => {
    await becomeOutdated();
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    await act(async () => void document.dispatchEvent(new Event('visibilitychange')));
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
