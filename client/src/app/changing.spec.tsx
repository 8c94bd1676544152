import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setWidth } from '../testing/media';
import { editField, field, line, makeChatWithMessages, nav, server, showChatPage } from '../testing/show-chat-page';
import { START, type TestChat } from '../testing/test-chat';
// Loaded when it is wanted: here that is done ahead.
import '../features/messages/message-menu-items';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChatWithMessages();
});
afterEach(() => vi.useRealTimers());

describe('editing', () => {
  it('the up arrow in the empty field edits the last own message; Enter saves, the draft is there again', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}');
    expect(editField().value).toBe('mine');
    expect(screen.getByText('Editing your message')).toBeTruthy();
    expect(line('mine').dataset.editing).toBe('true');
    await user.keyboard('!{Enter}');
    expect(field().value).toBe('');
    expect(chat.asked).toContain(`message.edit ${chat.find('0', 'mine').id} mine! 2`);
    expect(line('mine!')).toBeTruthy();
    await server(() => chat.acknowledgeChanges('0'));
    expect(within(line('mine!')).getByText('(edited)')).toBeTruthy();
  });

  it('begins at the message that the pointer is at, keeps what was written, and Esc leaves both as they were', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'a draft');
    // Of the pointer the browser tells more than is told here.
    await server(() => line('mine').focus());
    await user.click(within(line('mine')).getByRole('button', { name: 'Edit message' }));
    expect(document.activeElement).toBe(editField());
    await user.keyboard('!!{Escape}');
    expect(field().value).toBe('a draft');
    expect(document.activeElement).toBe(field());
    expect(chat.asked.some((call) => call.startsWith('message.edit'))).toBe(false);
    expect(line('mine').textContent).not.toContain('!!');
  });

  it('is offered for one’s own messages alone', async () => {
    const user = await showChatPage(chat);
    await user.hover(line('theirs'));
    expect(within(line('theirs')).queryByRole('button', { name: 'Edit message' })).toBeNull();
    line('theirs').focus();
    await user.keyboard('{Delete}');
    expect(chat.client.view('0').entries.some(({ deleted }) => deleted)).toBe(false);
    await user.keyboard('{ContextMenu}');
    expect((await screen.findAllByRole('menuitem')).map(({ textContent }) => textContent)).toEqual(['Copy text']);
  });

  it('tells nobody that one is writing, and does not touch the draft of the device', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}abc');
    expect(chat.asked.some((call) => call.startsWith('typing'))).toBe(false);
    expect(localStorage.getItem('redis-chat:draft:1:0')).toBeNull();
  });

  it('is there again when one comes back to the room or the page, beside the draft', async () => {
    chat.addDirect('2');
    const user = await showChatPage(chat);
    await user.type(field(), 'a draft');
    await server(() => line('mine').focus());
    await user.click(within(line('mine')).getByRole('button', { name: 'Edit message' }));
    await user.keyboard(' and more');
    await user.click(within(nav()).getByRole('link', { name: /^Joe/ }));
    expect(field('Joe').value).toBe('');
    await user.click(within(nav()).getByRole('link', { name: /^General/ }));
    expect(editField().value).toBe('mine and more');

    cleanup();
    const again = await showChatPage(chat);
    expect(editField().value).toBe('mine and more');
    await again.type(editField(), '!{Enter}');
    expect(chat.asked).toContain(`message.edit ${chat.find('0', 'mine').id} mine and more! 2`);
    expect(field().value).toBe('a draft');
    cleanup();
    await showChatPage(chat);
    expect(field().value).toBe('a draft');
  });

  it('of a second message keeps the first, which is there again when the second is saved or left', async () => {
    chat.addHistory('0', '1', 'second');
    const user = await showChatPage(chat);
    const edit = async (text: string, by = user) => {
      await server(() => line(text).focus());
      await by.click(within(line(text)).getByRole('button', { name: 'Edit message' }));
    };
    await edit('mine');
    await user.keyboard('!');
    await edit('second');
    expect(editField().value).toBe('second');
    await user.keyboard('?');
    await edit('mine');
    expect(editField().value).toBe('mine!');
    await edit('second');
    expect(editField().value).toBe('second?');
    await user.keyboard('{Enter}');
    expect(chat.asked).toContain(`message.edit ${chat.find('0', 'second').id} second? 3`);
    expect(editField().value).toBe('mine!');

    await edit('second?');
    await user.keyboard('?');
    cleanup();
    const again = await showChatPage(chat);
    expect(editField().value).toBe('second??');
    await again.type(editField(), '{Escape}');
    expect(field().value).toBe('');
    await edit('mine', again);
    expect(editField().value).toBe('mine!');
    await again.type(editField(), '{Escape}');
    expect(Object.keys(localStorage).filter((key) => key.includes('draft'))).toEqual([]);
  });

  it('that was begun before leaves alone what one writes before the messages are here', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp} and more');
    cleanup();
    const slow = makeChatWithMessages();
    slow.hold('room.page');
    const again = await showChatPage(slow);
    await again.type(field(), 'something else');
    await server(() => slow.release('room.page'));
    expect(line('mine')).toBeTruthy();
    expect(field().value).toBe('something else');
    cleanup();
    await showChatPage(makeChatWithMessages());
    expect(editField().value).toBe('mine and more');
  });

  it('that was begun before says so when the message was deleted meanwhile, and is there no more then', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}!');
    cleanup();
    await server(() => chat.deleteElsewhere(chat.find('0', 'mine')));
    await showChatPage(chat);
    expect(screen.getByText('This message was deleted meanwhile.')).toBeTruthy();
    expect(editField().value).toBe('mine!');
    cleanup();
    await showChatPage(chat);
    expect(field().value).toBe('');
  });

  it('that was begun before is not saved over what another device has made of the message since', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}!');
    cleanup();
    await server(() => chat.editElsewhere(chat.find('0', 'mine'), 'from the phone'));
    const again = await showChatPage(chat);
    await again.type(editField(), '{Enter}');
    await server(() => chat.acknowledgeChanges('0'));
    expect((await screen.findByRole('blockquote', { name: 'Your text' })).textContent).toBe('mine!');
  });

  it('is offered as long as the server takes it, and the arrow up passes over what is too old', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START * 1000 + 50_000 });
    chat.editWindowMs = 60_000;
    await showChatPage(chat);
    await server(() => line('mine').focus());
    const offered = () => within(line('mine')).queryByRole('button', { name: 'Edit message' });
    expect(offered()).toBeTruthy();
    fireEvent.keyDown(line('mine'), { key: 'ContextMenu' });
    await server(() => undefined);
    const items = () => screen.getAllByRole('menuitem').map(({ textContent }) => textContent);
    expect(items()).toEqual(['Edit message', 'Copy text', 'Delete message']);
    await server(() => vi.advanceTimersByTime(10_000));
    expect(items()).toEqual(['Copy text', 'Delete message']);
    expect(offered()).toBeNull();
    fireEvent.keyDown(line('mine'), { key: 'e' });
    fireEvent.keyDown(field(), { key: 'ArrowUp' });
    expect(field()).toBeTruthy();
  });

  it.each([-3_600_000, 3_600_000])(
    'is offered by the time of the server where the own clock is %i ms off',
    async (ms) => {
      const now = START * 1000 + 50_000;
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: now + ms });
      chat.clock = () => Date.now() - ms;
      chat.editWindowMs = 60_000;
      await showChatPage(chat);
      await server(() => line('mine').focus());
      const offered = () => within(line('mine')).queryByRole('button', { name: 'Edit message' });
      expect(offered()).toBeTruthy();
      await server(() => vi.advanceTimersByTime(10_000));
      expect(offered()).toBeNull();
      fireEvent.keyDown(field(), { key: 'ArrowUp' });
      expect(field()).toBeTruthy();
    },
  );

  it('leaves a message alone whose text is the same, and asks whether an empty one is to be deleted', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}{Enter}');
    expect(field().value).toBe('');
    expect(chat.asked.some((call) => call.startsWith('message.edit'))).toBe(false);
    await user.keyboard('{ArrowUp}');
    await user.clear(editField());
    await user.keyboard('{Enter}');
    const question = await screen.findByRole('dialog', { name: 'Delete this message?' });
    await user.click(within(question).getByRole('button', { name: 'Keep it' }));
    expect(editField().value).toBe('');
    await user.type(editField(), '{Enter}');
    await user.click(screen.getByRole('button', { name: 'Delete message' }));
    expect(screen.getByText('Message deleted')).toBeTruthy();
    expect(field().value).toBe('');
  });

  it('says so when the message is deleted meanwhile, and cannot be saved then', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}!');
    await server(() => chat.deleteElsewhere(chat.find('0', 'mine')));
    expect(screen.getByText('This message was deleted meanwhile.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(field().value).toBe('');
  });

  it('shows why an edit was refused, with its text; tries again or forgets it', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}!{Enter}');
    await server(() => chat.refuseChanges('0', { code: 'forbidden', message: '' }));
    const mine = () => line('Edit not saved.');
    await waitFor(() => expect(mine()).toBeDefined());
    expect(mine().textContent).toContain('mineEdit not saved. It can no longer be changed.mine!');
    await user.click(within(mine()).getByRole('button', { name: 'Try again' }));
    expect(line('mine!')).toBeTruthy();
    expect(mine()).toBeUndefined();
    await server(() => chat.refuseChanges('0', { code: 'forbidden', message: '' }));
    await user.click(within(mine()).getByRole('button', { name: 'Discard' }));
    expect(line('mine').textContent).not.toContain('!');
  });

  it('of a message that was on its way is of what one saw, not of what another device made of it since', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'frist{Enter}');
    await user.keyboard('{ArrowUp}');
    await server(() => chat.acknowledge('0'));
    const { id } = chat.find('0', 'frist');
    await server(() => chat.editElsewhere(chat.find('0', 'frist'), 'fist'));
    await user.keyboard('{Backspace}!{Enter}');
    expect(chat.asked).toContain(`message.edit ${id} fris! 3`);
  });

  it('lets one choose between both texts when another device was first', async () => {
    const user = await showChatPage(chat);
    await user.click(field());
    await user.keyboard('{ArrowUp}!{Enter}');
    await server(() => {
      chat.editElsewhere(chat.find('0', 'mine'), 'from the phone');
      chat.acknowledgeChanges('0');
    });
    const both = line('from the phone');
    expect(within(both).getByRole('blockquote', { name: 'Your text' }).textContent).toBe('mine!');
    await user.click(within(both).getByRole('button', { name: 'Use my text' }));
    await server(() => chat.acknowledgeChanges('0'));
    expect(chat.client.view('0').entries.at(-1)).toMatchObject({ message: 'mine!' });
  });
});
