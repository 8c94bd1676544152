import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setWidth } from '../testing/media';
import {
  editField,
  field,
  line,
  log,
  makeChatWithMessages,
  messages,
  server,
  showChatPage,
} from '../testing/show-chat-page';
import { type TestChat } from '../testing/test-chat';
// Loaded when it is wanted: here that is done ahead.
import '../features/messages/message-menu-items';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChatWithMessages();
});
afterEach(() => vi.useRealTimers());

describe('the menu of a message', () => {
  it.each([
    [
      'the button in its bar',
      async (user: Awaited<ReturnType<typeof showChatPage>>) => {
        await server(() => line('mine').focus());
        await user.click(within(line('mine')).getByRole('button', { name: 'More actions' }));
      },
    ],
    [
      'Shift-F10',
      async (user: Awaited<ReturnType<typeof showChatPage>>) => {
        line('mine').focus();
        await user.keyboard('{Shift>}{F10}{/Shift}');
      },
    ],
    [
      'a long press',
      async () => {
        fireEvent.pointerDown(line('mine').querySelector('p') as Element, { pointerType: 'touch' });
        await screen.findByRole('menu');
      },
    ],
  ])('is opened by %s, walked with the arrows and closed with Esc', async (_how, open) => {
    const user = await showChatPage(chat);
    await open(user);
    const menu = await screen.findByRole('menu', { name: 'Message actions' });
    expect(
      within(menu)
        .getAllByRole('menuitem')
        .map(({ textContent }) => textContent),
    ).toEqual(['Edit message', 'Copy text', 'Delete message']);
    expect(document.activeElement?.textContent).toBe('Edit message');
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement?.textContent).toBe('Delete message');
    fireEvent(screen.getByRole('dialog', { name: 'Message actions' }), new Event('cancel', { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
  });

  it('deletes a message that the server got while it was open', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'on its way{Enter}');
    await server(() => line('on its way').focus());
    await user.keyboard('{ContextMenu}');
    const item = await screen.findByRole('menuitem', { name: 'Delete message' });
    await server(() => chat.acknowledge('0'));
    const { id } = chat.find('0', 'on its way');
    await user.click(item);
    expect(within(log()).getByText('Message deleted')).toBeTruthy();
    await server(() => chat.client.hurry());
    expect(chat.asked).toContain(`message.delete ${id}`);
  });

  it('has a button in each message, to which the Tab key does not come', async () => {
    const user = await showChatPage(chat);
    const buttons = within(log()).getAllByRole('button', { name: 'More actions' });
    expect(buttons.map((button) => [button.tabIndex, button.closest('article')])).toEqual(
      messages().map((message) => [-1, message]),
    );
    await user.click(buttons[0] as HTMLElement);
    expect((await screen.findAllByRole('menuitem')).map(({ textContent }) => textContent)).toEqual(['Copy text']);
  });

  it('copies the text', async () => {
    const user = await showChatPage(chat);
    line('theirs').focus();
    await user.keyboard('{ContextMenu}');
    await user.click(await screen.findByRole('menuitem', { name: 'Copy text' }));
    await screen.findByText('Text copied.');
    expect(await navigator.clipboard.readText()).toBe('theirs');
    expect(document.activeElement).toBe(line('theirs'));
  });

  it('begins to edit, where one writes', async () => {
    const user = await showChatPage(chat);
    line('mine').focus();
    await user.keyboard('{ContextMenu}');
    await user.click(await screen.findByRole('menuitem', { name: 'Edit message' }));
    await waitFor(() => expect(document.activeElement).toBe(editField()));
    expect(editField().value).toBe('mine');
  });

  it('the finger that opened it chooses nothing when it is lifted', async () => {
    const user = await showChatPage(chat);
    fireEvent.pointerDown(line('mine').querySelector('p') as Element, { pointerType: 'touch' });
    const item = await screen.findByRole('menuitem', { name: 'Delete message' });
    fireEvent.click(item, { detail: 1 });
    expect(line('mine')).toBeTruthy();
    await user.click(item);
    expect(within(log()).getByText('Message deleted')).toBeTruthy();
  });

  it('a finger that moves, or presses a link, opens nothing', async () => {
    vi.useFakeTimers();
    await showChatPage(chat);
    const text = line('mine').querySelector('p') as Element;
    fireEvent.pointerDown(text, { pointerType: 'touch', clientX: 5, clientY: 5 });
    fireEvent.pointerMove(text, { pointerType: 'touch', clientX: 5, clientY: 25 });
    vi.advanceTimersByTime(1000);
    expect(screen.queryByRole('menu')).toBeNull();
  });
});
