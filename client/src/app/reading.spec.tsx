import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setWidth } from '../testing/media';
import { field, log, makeChat, messages, nav, people, server, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';

const HOSTILE = '<img src=x onerror=alert(1)>';
let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
});

describe('reading', () => {
  const watch = (watched: boolean) => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(watched);
    return server(() => void window.dispatchEvent(new Event(watched ? 'focus' : 'blur')));
  };
  const general = (name: string) => within(nav()).getByRole('link', { name });

  const isRead = () => waitFor(() => expect(general('General')).toBeTruthy());

  it('marks as read what was on the screen for a second while one looked, and what came meanwhile when one looks again', async () => {
    await showChatPage(chat);
    await watch(true);
    await server(() => chat.receive('0', '2', 'seen'));
    expect(general('General 1 new')).toBeTruthy();
    await isRead();
    await watch(false);
    await server(() => chat.receive('0', '2', 'not seen'));
    await server(() => chat.receive('0', '2', 'nor this'));
    expect(general('General 2 new')).toBeTruthy();
    await watch(true);
    await isRead();
    expect(chat.asked.filter((call) => call.startsWith('room.read'))).toEqual(['room.read 0 1', 'room.read 0 3']);
  });

  it('marks nothing as read while the page is hidden, nor what is not on the screen', async () => {
    await showChatPage(chat);
    await watch(true);
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await server(() => void document.dispatchEvent(new Event('visibilitychange')));
    await server(() => chat.receive('0', '2', 'hidden'));
    await aSecond();
    expect(general('General 1 new')).toBeTruthy();
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
    await server(() => void document.dispatchEvent(new Event('visibilitychange')));
    await isRead();

    await server(() => chat.receive('0', '2', 'below'));
    // Its end is below the edge of the screen.
    vi.spyOn(log(), 'getBoundingClientRect').mockReturnValue({ top: 0, bottom: 500 } as DOMRect);
    const below = messages().at(-1) as HTMLElement;
    vi.spyOn(below, 'getBoundingClientRect').mockReturnValue({ top: 480, bottom: 520 } as DOMRect);
    await aSecond();
    expect(general('General 1 new')).toBeTruthy();
    vi.mocked(below.getBoundingClientRect).mockReturnValue({ top: 460, bottom: 500 } as DOMRect);
    await isRead();
  });

  it('waits for no message that was deleted, wherever it is', async () => {
    await showChatPage(chat);
    await watch(false);
    for (const text of ['gone', 'seen']) await server(() => chat.receive('0', '2', text));
    await server(() => chat.deleteElsewhere(chat.find('0', 'gone')));
    expect(general('General 1 new')).toBeTruthy();
    vi.spyOn(log(), 'getBoundingClientRect').mockReturnValue({ top: 0, bottom: 500 } as DOMRect);
    const above = messages()[0] as HTMLElement;
    vi.spyOn(above, 'getBoundingClientRect').mockReturnValue({ top: -40, bottom: -10 } as DOMRect);
    await watch(true);
    await isRead();
  });

  it('marks no room as read that one only passes by', async () => {
    const rooms = ['3', '2'].map((id) => chat.addDirect(id));
    const user = await showChatPage(chat);
    await watch(true);
    for (const roomId of rooms) await server(() => chat.receive(roomId, roomId.slice(2), 'new'));
    await user.keyboard('{Alt>}{ArrowDown}{ArrowDown}{/Alt}');
    expect(window.location.pathname).toBe('/chat/1:3');
    await waitFor(() => expect(chat.asked).toContain('room.read 1:3 1'));
    expect(chat.asked.filter((call) => call.startsWith('room.read'))).toEqual(['room.read 1:3 1']);
  });

  it('opens where reading stopped, however far up, and marks all as read on demand', async () => {
    for (let i = 1; i <= 150; i++) chat.addHistory('0', '2', `Line ${i}`);
    chat.readUpTo('0', 40);
    const user = await showChatPage(chat);
    expect(chat.asked).toContain('room.page 0 0-41');
    const line = screen.getByRole('separator', { name: 'New messages' });
    expect(line.compareDocumentPosition(within(log()).getByText('Line 40'))).toBe(Node.DOCUMENT_POSITION_PRECEDING);
    expect(line.compareDocumentPosition(within(log()).getByText('Line 41'))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(chat.client.rooms[0]?.unread).toBe(110);
    const bar = within(screen.getByRole('region', { name: 'Not read' }));
    expect(bar.getByText(/^110 new since /)).toBeTruthy();
    await user.click(bar.getByRole('button', { name: 'Mark as read' }));
    expect(chat.asked).toContain('room.read 0 150');
    expect(screen.queryByRole('region', { name: 'Not read' })).toBeNull();
  });

  const sayAndDelete = (count: number) => {
    for (let i = 1; i <= count; i++) chat.receive('0', '2', `Spam ${i}`);
    for (let i = 1; i <= count; i++) chat.deleteElsewhere(chat.find('0', `Spam ${i}`));
  };
  const isBelowLine = (text: string) => {
    const line = screen.getByRole('separator', { name: 'New messages' });
    return line.compareDocumentPosition(within(log()).getByText(text)) === Node.DOCUMENT_POSITION_FOLLOWING;
  };

  it('opens at what is new behind more than a page of deleted messages', async () => {
    chat.addHistory('0', '2', 'read');
    sayAndDelete(50);
    for (const text of ['first', 'second']) chat.receive('0', '2', text);
    await showChatPage(chat);
    expect(chat.client.rooms[0]?.unread).toBe(2);
    expect(isBelowLine('first')).toBe(true);
    expect(chat.asked.filter((call) => call.startsWith('room.page 0 '))).toEqual([]);
  });

  it('finds more than a page of new messages behind more than one of deleted ones, and leads there', async () => {
    chat.addHistory('0', '2', 'read');
    sayAndDelete(50);
    for (let i = 1; i <= 90; i++) chat.receive('0', '2', `New ${i}`);
    const user = await showChatPage(chat);
    expect(chat.client.rooms[0]?.unread).toBe(90);
    expect(isBelowLine('New 1')).toBe(true);
    await server(() => chat.client.showPresent('0'));
    expect(within(log()).queryByText('New 1')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Jump' }));
    await waitFor(() => expect(within(log()).getByText('New 1')).toBeTruthy());
  });

  it('goes to the newest and marks all as read with Esc', async () => {
    for (let i = 1; i <= 150; i++) chat.addHistory('0', '2', `Line ${i}`);
    chat.readUpTo('0', 40);
    const user = await showChatPage(chat);
    await user.keyboard('{Escape}');
    expect(within(log()).getByText('Line 150')).toBeTruthy();
    expect(within(log()).queryByText('Line 41')).toBeNull();
    expect(chat.client.rooms[0]?.unread).toBe(0);
    expect(screen.queryByRole('separator')).toBeNull();
  });

  it('shows what one sends from far up in the present', async () => {
    for (let i = 1; i <= 150; i++) chat.addHistory('0', '2', `Line ${i}`);
    chat.readUpTo('0', 40);
    const user = await showChatPage(chat);
    await user.type(field(), 'mine{Enter}');
    expect(within(log()).getByText('mine')).toBeTruthy();
    expect(within(log()).queryByText('Line 41')).toBeNull();
  });

  /** Longer than it takes to read something. */
  const aSecond = () => act(() => new Promise((done) => setTimeout(done, 1500)));
  /** The messages are four times as high as what is in sight of them. */
  const layOut = () => {
    vi.spyOn(log(), 'scrollHeight', 'get').mockReturnValue(2000);
    vi.spyOn(log(), 'clientHeight', 'get').mockReturnValue(500);
  };
  const scrollTo = (...places: number[]) =>
    server(() => {
      for (const place of places) {
        log().scrollTop = place;
        fireEvent.scroll(log());
      }
    });

  it('counts what comes below the reader, draws a line above it and leads there', async () => {
    chat.addHistory('0', '2', 'old');
    const user = await showChatPage(chat);
    layOut();
    await scrollTo(1500, 50);
    expect(screen.getByRole('button', { name: 'Jump to latest' })).toBeTruthy();
    await server(() => chat.receive('0', '2', 'one'));
    await server(() => chat.receive('0', '2', 'two'));
    const line = screen.getByRole('separator', { name: 'New messages' });
    expect(line.compareDocumentPosition(within(log()).getByText('old'))).toBe(Node.DOCUMENT_POSITION_PRECEDING);
    expect(line.compareDocumentPosition(within(log()).getByText('one'))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);

    await user.click(screen.getByRole('button', { name: '2 new' }));
    expect(log().scrollTop).toBe(1500);
    expect(screen.queryByRole('button', { name: /new|Jump to latest/ })).toBeNull();
    expect(document.activeElement).toBe(field());
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('separator')).toBeNull();
  });

  it('loads older messages on the way up; says so when that fails, and tries again on demand', async () => {
    for (let count = 1; count <= 50; count++) chat.addHistory('0', '2', `Line ${count}`);
    const user = await showChatPage(chat);
    layOut();
    expect(messages()).toHaveLength(20);
    chat.refused.set('room.page', { code: 'invalid', message: 'no' });
    await scrollTo(1500, 300);
    expect(within(log()).getByText(/Older messages could not be loaded/)).toBeTruthy();
    chat.refused.clear();
    await user.click(within(log()).getByRole('button', { name: 'Try again' }));
    expect(chat.client.view('0').entries).toHaveLength(40);
    expect(within(log()).queryByText(/Older messages could not/)).toBeNull();
  });

  it('shows hostile text as the characters it is made of, everywhere', async () => {
    chat.addPerson({ id: '4', username: HOSTILE, online: true });
    chat.addDirect('4');
    chat.addHistory('0', '4', HOSTILE);
    await showChatPage(chat);
    await server(() => chat.receive('0', '4', HOSTILE));
    expect(within(log()).getAllByText(HOSTILE).length).toBeGreaterThanOrEqual(3);
    expect(within(nav()).getAllByText(new RegExp(HOSTILE.slice(0, 10))).length).toBeGreaterThanOrEqual(2);
    expect(within(people()).getByText(HOSTILE)).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });

  it('shows the marks of a text as what they mean, and no HTML', async () => {
    chat.addHistory('0', '2', '**very** *nice* `x < y`\n> said\n- one\n- two\n```\n<b>code</b>\n```');
    await showChatPage(chat);
    const [line] = messages();
    const shown = (tag: string) =>
      [...(line?.querySelectorAll(`article ${tag}`) ?? [])].map((part) => part.textContent);
    expect(shown('strong')).toEqual(['very']);
    expect(shown('em')).toEqual(['nice']);
    expect(shown('p > code')).toEqual(['x < y']);
    expect(shown('blockquote')).toEqual(['said']);
    expect(shown('li')).toEqual(['one', 'two']);
    expect(shown('pre')).toEqual(['<b>code</b>']);
    expect(shown('b')).toEqual([]);
  });

  it('makes links of web addresses only, which give nothing away', async () => {
    chat.addHistory('0', '2', 'https://redis.io/docs and javascript:alert(1)');
    await showChatPage(chat);
    const links = within(log()).getAllByRole<HTMLAnchorElement>('link');
    expect(links.map((link) => link.href)).toEqual(['https://redis.io/docs']);
    expect(links[0]?.rel).toContain('noopener');
  });

  it('begins a group beneath the line above what is new', async () => {
    for (const text of ['one', 'two', 'three']) chat.addHistory('0', '2', text);
    chat.readUpTo('0', 1);
    await showChatPage(chat);
    expect(within(log()).getAllByText('Joe')).toHaveLength(2);
    expect(messages()[1]?.dataset.first).toBe('true');
  });

  it('has the time of each message in it, and the exact one on it', async () => {
    for (const text of ['one', 'two']) chat.addHistory('0', '2', text);
    await showChatPage(chat);
    for (const message of messages()) {
      const times = [...message.querySelectorAll('time')];
      expect(times.map((time) => time.textContent)).toEqual(times.map(() => expect.stringMatching(/^\d+:\d\d/)));
      expect(times.at(-1)?.title).toMatch(/:\d\d:\d\d/);
    }
  });

  it('says that nothing is loaded while one is offline, and shows what one has written all the same', async () => {
    await chat.start();
    await server(() => chat.loseConnection());
    const user = await showChatPage(chat);
    expect(screen.getByText(/^Not loaded: /)).toBeTruthy();
    expect(screen.queryByRole('status', { name: 'Loading messages' })).toBeNull();
    await user.type(field(), 'From the tunnel{Enter}');
    expect(within(log()).getByText('From the tunnel')).toBeTruthy();
    expect(within(log()).getByRole('img', { name: 'Sending' })).toBeTruthy();
    chat.hold('room.page');
    await server(() => chat.comeBack());
    await server(() => chat.refuse('0', { code: 'invalid', message: 'no' }));
    await user.click(within(log()).getByRole('button', { name: 'Discard' }));
    expect(screen.queryByRole('log')).toBeNull();
  });

  it('groups by sender and parts days', async () => {
    chat.addHistory('0', '2', 'one', 1_795_000_000);
    chat.addHistory('0', '2', 'two', 1_795_000_060);
    chat.addHistory('0', '3', 'three', 1_795_000_120);
    chat.addHistory('0', '3', 'four', 1_795_200_000);
    await showChatPage(chat);
    expect(within(log()).getAllByText('Joe')).toHaveLength(1);
    expect(within(log()).getAllByText('Mary')).toHaveLength(2);
    expect(within(log()).getAllByRole('heading')).toHaveLength(2);
    expect(messages()[0]?.getAttribute('aria-label')).toMatch(/^Joe, .*\b\d+:\d\d:\d\d/);
  });

  it('tells screen readers what others write, not what one loads or writes', async () => {
    chat.addHistory('0', '2', 'old');
    const user = await showChatPage(chat);
    await user.type(field(), 'mine{Enter}');
    await server(() => chat.receive('0', '2', 'news'));
    const polite = [...document.querySelectorAll('[aria-live=polite]')].map((region) => region.textContent).join('');
    expect(polite).toBe('Joe: news');
  });

  it('goes from message to message with the arrow keys', async () => {
    for (const text of ['one', 'two', 'three']) chat.addHistory('0', '2', text);
    const user = await showChatPage(chat);
    messages()[2]?.focus();
    await user.keyboard('{ArrowUp}{ArrowUp}{ArrowDown}');
    expect(document.activeElement).toBe(messages()[1]);
    expect(messages().map((message) => message.tabIndex)).toEqual([-1, 0, -1]);
  });

  it('says that a conversation cannot be read', async () => {
    const user = await showChatPage(chat, '/chat/2:3');
    expect(screen.getByRole('alert').textContent).toMatch('There is no conversation here that you can read.');
    expect(screen.queryByRole('textbox')).toBeNull();
    await user.click(within(screen.getByRole('main')).getByRole('link', { name: 'Go to General' }));
    expect(window.location.pathname).toBe('/chat/0');
  });

  it('tries again to load on demand', async () => {
    chat.refused.set('room.page', { code: 'invalid', message: 'no' });
    chat.addHistory('0', '2', 'here');
    const user = await showChatPage(chat);
    chat.refused.clear();
    await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Try again' }));
    expect(within(log()).getByText('here')).toBeTruthy();
  });
});
