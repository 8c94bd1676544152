import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { preferences } from '../lib/preferences';
import { setWidth } from '../testing/media';
import { line, log, makeChatWithMessages, messages, nav, server, showChatPage } from '../testing/show-chat-page';
import { type TestChat } from '../testing/test-chat';
// Loaded when it is wanted: here that is done ahead.
import '../features/messages/message-menu-items';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChatWithMessages();
});
afterEach(() => vi.useRealTimers());

describe('deleting', () => {
  it('can be undone as long as it is not sent', async () => {
    const user = await showChatPage(chat);
    line('mine').focus();
    await user.keyboard('{Delete}');
    expect(within(log()).getByText('Message deleted')).toBeTruthy();
    expect(screen.getByText('Message deleted. You can undo this for a few seconds.')).toBeTruthy();
    expect(within(nav()).getByText('You: Message deleted')).toBeTruthy();
    await user.click(within(log()).getByRole('button', { name: 'Undo' }));
    expect(line('mine')).toBeTruthy();
    line('mine').focus();
    await user.keyboard('{Delete}');
    within(log()).getByRole('button', { name: 'Undo' }).focus();
    await server(() => chat.client.hurry());
    await server(() => chat.acknowledgeChanges('0'));
    expect(within(log()).queryByRole('button', { name: 'Undo' })).toBeNull();
    expect(document.activeElement).toBe(line('Message deleted'));
  });

  it('is told to screen readers each time', async () => {
    chat.addHistory('0', '1', 'mine too');
    const user = await showChatPage(chat);
    const told = () => screen.getAllByRole('status').map(({ textContent }) => textContent);
    const before = told();
    for (const text of ['mine too', 'mine']) {
      const last = told();
      line(text).focus();
      await user.keyboard('{Delete}');
      expect(told()).not.toEqual(last);
    }
    expect(told()).not.toEqual(before);
  });

  it('is sent when the page is left', async () => {
    const user = await showChatPage(chat);
    line('mine').focus();
    await user.keyboard('{Delete}');
    const sent = `message.delete ${chat.find('0', 'mine').id}`;
    expect(chat.asked).not.toContain(sent);
    await server(() => void fireEvent(window, new Event('pagehide')));
    expect(chat.asked).toContain(sent);
  });

  it('shows in the list of rooms, and takes nothing else away', async () => {
    await showChatPage(chat);
    await server(() => chat.editElsewhere(chat.find('0', 'mine'), 'changed'));
    expect(within(nav()).getByText('You: changed')).toBeTruthy();
    await server(() => chat.deleteElsewhere(chat.find('0', 'changed')));
    expect(within(nav()).getByText('You: Message deleted')).toBeTruthy();
    expect(messages()).toHaveLength(2);
  });

  it('withdraws what the browser has told of it; an edit is no news', async () => {
    const close = vi.fn();
    const told = vi.fn();
    vi.stubGlobal(
      'Notification',
      Object.assign(
        function told_(this: object, ...args: unknown[]) {
          told(...args);
          Object.assign(this, { close });
        },
        { permission: 'granted' },
      ),
    );
    preferences.change({ notifications: true, notificationsOffered: true, mutedRooms: [] });
    chat.addDirect('2');
    await showChatPage(chat);
    vi.spyOn(Date, 'now').mockReturnValue(1_795_500_010_000);
    await server(() => chat.receive('1:2', '2', 'psst'));
    expect(told).toHaveBeenCalledTimes(1);
    await server(() => chat.editElsewhere(chat.find('1:2', 'psst'), 'hush'));
    expect([told.mock.calls.length, close.mock.calls.length]).toEqual([1, 0]);
    await server(() => chat.deleteElsewhere(chat.find('1:2', 'hush')));
    expect([told.mock.calls.length, close.mock.calls.length]).toEqual([1, 1]);
    vi.restoreAllMocks();
  });
});
