import { cleanup, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { setWidth } from '../testing/media';
import { field, log, makeChat, messages, nav, server, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
});

describe('sending', () => {
  it('shows a message at once, marked until the server has it', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'Hello{Enter}');
    expect(within(log()).getByText('Hello')).toBeTruthy();
    expect(within(log()).getByRole('img', { name: 'Sending' })).toBeTruthy();
    expect(field().value).toBe('');

    const line = messages()[0];
    await server(() => chat.acknowledge('0'));
    expect(within(log()).queryByRole('img', { name: 'Sending' })).toBeNull();
    expect(messages()[0]).toBe(line);
  });

  it('breaks the line with Shift-Enter, and keeps breaks', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'one{Shift>}{Enter}{/Shift}  two{Enter}');
    expect(chat.client.view('0').entries.map((entry) => entry.message)).toEqual(['one\n  two']);
  });

  it('sends nothing that is blank, and nothing too long', async () => {
    chat.maxMessageLength = 10;
    const user = await showChatPage(chat);
    await user.type(field(), '  {Shift>}{Enter}{/Shift} {Enter}');
    expect(chat.client.view('0').entries).toHaveLength(0);

    await user.clear(field());
    await user.type(field(), '12345678901{Enter}');
    expect(chat.client.view('0').entries).toHaveLength(0);
    expect(screen.getByText('Too long by 1. Shorten it or send it in parts.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true);
  });

  it('says why a message failed, and sends it again on demand', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'Hello{Enter}');
    await server(() => chat.refuse('0', { code: 'forbidden', message: '' }));
    expect(within(log()).getByText('Not sent. You have no access to this.')).toBeTruthy();

    await user.click(within(log()).getByRole('button', { name: 'Retry' }));
    expect(within(log()).queryByText(/Not sent/)).toBeNull();
    expect(within(log()).getByRole('img', { name: 'Sending' })).toBeTruthy();
  });

  it('discards a failed message on demand', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'Hello{Enter}');
    await server(() => chat.refuse('0', { code: 'invalid', message: 'message: too long' }));
    await user.click(within(log()).getByRole('button', { name: 'Discard' }));
    expect(messages()).toHaveLength(0);
  });

  it('asks before it takes a pasted text that is too long, and cuts nothing', async () => {
    chat.maxMessageLength = 10;
    const user = await showChatPage(chat);
    await user.type(field(), 'abc');
    await user.paste('0123456789');
    expect(field().value).toBe('abc');
    expect(screen.getByRole('alert').textContent).toMatch('too long by 3 characters');
    await user.click(screen.getByRole('button', { name: 'Insert it to shorten it' }));
    expect(field().value).toBe('abc0123456789');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('takes a pasted text that fits in the place of what is selected', async () => {
    chat.maxMessageLength = 10;
    const user = await showChatPage(chat);
    await user.type(field(), 'abcdef ');
    field().setSelectionRange(0, 7);
    await user.paste('0123456789');
    expect(field().value).toBe('0123456789');
    await user.clear(field());
    await user.type(field(), 'abc ');
    await user.paste('0123456789');
    expect(screen.getByRole('alert').textContent).toMatch('too long by 4 characters');
  });

  it('suggests emoji for a name after a colon, and takes a whole name as one', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'so :smil');
    const list = await screen.findByRole('listbox', { name: 'Emoji that fit' });
    expect(within(list).getByRole('option', { selected: true }).textContent).toMatch(/:smile:/);
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    await user.keyboard('e');
    await screen.findByRole('listbox', { name: 'Emoji that fit' });
    await user.keyboard('{Enter} :tada:!{Enter}');
    expect(chat.client.view('0').entries.map((entry) => entry.message)).toEqual(['so 😄 🎉!']);
  });

  it('counts what is left near the limit', async () => {
    chat.maxMessageLength = 202;
    const user = await showChatPage(chat);
    await user.type(field(), 'ab');
    expect(screen.queryByText(/left/)).toBeNull();
    await user.type(field(), 'c👍');
    expect(screen.getByText('198 characters left')).toBeTruthy();
  });

  it('puts an emoji from the picker where the caret is, found by a part of its name', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'ab');
    field().setSelectionRange(1, 1);
    await user.click(screen.getByRole('button', { name: 'Emoji' }));
    await user.type(await screen.findByRole('combobox', { name: 'Find an emoji' }), 'party pop');
    expect(await screen.findByRole('option', { name: 'party popper', selected: true })).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(field().value).toBe('a🎉b');
    expect(document.activeElement).toBe(field());
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('keeps unsent text per room, over a reload too', async () => {
    chat.addDirect('2');
    const user = await showChatPage(chat);
    await user.type(field(), 'for all');
    await user.click(within(nav()).getByRole('link', { name: /^Joe/ }));
    expect(field('Joe').value).toBe('');
    await user.type(field('Joe'), 'for Joe');
    await user.click(within(nav()).getByRole('link', { name: /^General/ }));
    expect(field().value).toBe('for all');

    cleanup();
    await showChatPage(chat, '/chat/1:2');
    expect(field('Joe').value).toBe('for Joe');
  });
});
