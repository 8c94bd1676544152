import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { preferences } from '../lib/preferences';
import { setWidth } from '../testing/media';
import { field, makeChat, nav, people, server, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';
// Loaded when they are wanted: here that is done ahead.
import './shortcut-help';
import './switcher';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
  chat.addDirect('2');
});

describe('writing', () => {
  it('what is typed where it would go nowhere is typed into the field', async () => {
    const user = await showChatPage(chat);
    within(nav()).getByRole('link', { name: /^Joe/ }).focus();
    await user.keyboard('ß');
    expect(document.activeElement).toBe(field());
    act(() => (document.activeElement as HTMLElement).blur());
    await user.keyboard('hi');
    expect(field().value).toMatch(/hi$/);
  });

  it('keys that do something else do that', async () => {
    const user = await showChatPage(chat);
    const joe = within(nav()).getByRole('link', { name: /^Joe/ });
    joe.focus();
    await user.keyboard('{Control>}x{/Control}{Meta>}x{/Meta}{Shift}{F5}');
    fireEvent.keyDown(joe, { key: ' ' });
    expect(document.activeElement).toBe(joe);
    await user.keyboard('{Control>}k{/Control}');
    const box = await screen.findByRole('combobox', { name: 'Room or person' });
    await user.keyboard('jo');
    expect([document.activeElement, document.querySelector('textarea')?.value]).toEqual([box, '']);
  });

  it('takes back one that was refused, to be written anew', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'refused{Enter}');
    await server(() => chat.refuse('0', { code: 'invalid', message: '' }));
    await user.keyboard('{ArrowUp}');
    expect(field().value).toBe('refused');
    expect(screen.getByText('Your message that was not sent. Esc empties the field.')).toBeTruthy();
    expect(chat.client.view('0').entries).toEqual([]);
    await user.keyboard('{Escape}');
    expect(field().value).toBe('');
    await user.keyboard('text{ArrowUp}');
    expect(field().value).toBe('text');
  });

  it('what is pasted where no text can be written goes into the field', async () => {
    await showChatPage(chat);
    const clipboardData = { getData: () => 'pasted', files: [] };
    fireEvent.paste(document.body, { clipboardData });
    await waitFor(() => expect(field().value).toBe('pasted'));
    expect(document.activeElement).toBe(field());
  });

  it.each([
    ['pasted into the field', () => fireEvent.paste(field(), { clipboardData: { getData: () => '', files: [{}] } })],
    ['pasted anywhere', () => fireEvent.paste(document.body, { clipboardData: { getData: () => '', files: [{}] } })],
    ['dropped', () => fireEvent.drop(window, { dataTransfer: { types: ['Files'], files: [{}] } })],
  ])('says that a file cannot be sent yet when one is %s', async (_how, bring) => {
    const user = await showChatPage(chat);
    bring();
    expect((await screen.findByRole('alert')).textContent).toContain('Files and images cannot be sent yet.');
    await user.click(screen.getByRole('button', { name: 'OK' }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(document.activeElement).toBe(field());
  });

  it('takes the text of what has both, as a cell of a table', async () => {
    await showChatPage(chat);
    fireEvent.paste(document.body, { clipboardData: { getData: () => 'a cell', files: [{}] } });
    await waitFor(() => expect(field().value).toBe('a cell'));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a new message', () => {
  it.each([1280, 900, 360])('can be begun from wherever the rooms are (%s px)', async (width) => {
    setWidth(width);
    const user = await showChatPage(chat, width === 360 ? '/chat' : '/chat/0?people');
    await user.click(within(nav()).getByRole('button', { name: 'New message' }));
    const box = await screen.findByRole('combobox', { name: 'To whom?' });
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual([
      'JJoe online',
      'MMary offline',
    ]);
    await user.type(box, 'mar{Enter}');
    await waitFor(() => expect(window.location.pathname).toBe('/chat/1:3'));
  });
});

describe('notifications are offered', () => {
  const asked = vi.fn();
  beforeEach(() => {
    preferences.change({ notifications: false, notificationsOffered: false, mutedRooms: [] });
    asked.mockReset().mockResolvedValue('granted');
    vi.stubGlobal('Notification', { permission: 'default', requestPermission: asked });
  });

  it('after the first message to oneself, not before, and once', async () => {
    const user = await showChatPage(chat);
    await server(() => chat.receive('0', '2', 'to all'));
    expect(screen.queryByText('Get notified of messages to you?')).toBeNull();
    await server(() => chat.receive('1:2', '2', 'to you'));
    expect(screen.getByText('Get notified of messages to you?')).toBeTruthy();
    expect(asked).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    await server(() => chat.receive('1:2', '2', 'to you again'));
    expect(screen.queryByText('Get notified of messages to you?')).toBeNull();
    expect(asked).not.toHaveBeenCalled();
  });

  it('and turned on by whoever wants them', async () => {
    const user = await showChatPage(chat);
    await server(() => chat.receive('0', '2', 'and you, @Pablo?'));
    await user.click(screen.getByRole('button', { name: 'Turn on' }));
    expect(asked).toHaveBeenCalledOnce();
    expect(preferences.get()).toMatchObject({ notifications: true, notificationsOffered: true });
  });
});

describe('lists are one stop of the Tab key', () => {
  const stops = (list: Element) =>
    [...list.querySelectorAll('a, li > button:not(:disabled)')].filter((item) => (item as HTMLElement).tabIndex === 0);

  it('the rooms: at the one that is open, and wherever the arrows led', async () => {
    chat.addDirect('3');
    const user = await showChatPage(chat, '/chat/1:2');
    const [general, joe, mary] = within(nav()).getAllByRole('link');
    expect(stops(nav())).toEqual([joe]);
    joe?.focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(mary);
    expect(stops(nav())).toEqual([mary]);
    await user.keyboard('{Home}');
    expect(document.activeElement).toBe(general);
    await user.keyboard('{Enter}');
    expect(window.location.pathname).toBe('/chat/0');
    await waitFor(() => expect(stops(nav())).toEqual([general]));
  });

  it('the people, as they come and go', async () => {
    chat.addPerson({ id: '4', username: 'Zoë', online: false });
    const user = await showChatPage(chat);
    const button = (name: string) => within(people()).getByRole('button', { name });
    await waitFor(() => expect(stops(people())).toEqual([button('Joe')]));
    button('Joe').focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(button('Mary'));
    await server(() => chat.leave('2'));
    await waitFor(() => expect(stops(people())).toEqual([button('Mary')]));
    await user.keyboard('{End}');
    expect(document.activeElement).toBe(button('Zoë'));
  });
});

describe('offline, the switcher', () => {
  it('says so, and finds who is known', async () => {
    const user = await showChatPage(chat);
    await server(() => chat.loseConnection());
    await user.keyboard('{Control>}k{/Control}');
    await screen.findByRole('combobox');
    expect(await screen.findByText('You are offline: only whom this page knows already can be found.')).toBeTruthy();
    await user.keyboard('mar');
    expect(screen.getByRole('option', { name: /^Mary/ })).toBeTruthy();
    await user.keyboard('qqq');
    expect(screen.getByText('You are offline, and nothing that is known here is called “marqqq”.')).toBeTruthy();
  });
});

describe('the menu on the own name', () => {
  it('is walked with the arrows, and closes with Esc', async () => {
    const user = await showChatPage(chat);
    const button = within(nav()).getByRole('button', { name: 'Pablo: menu' });
    await user.click(button);
    await screen.findByRole('menu', { name: 'Pablo: menu' });
    expect(document.activeElement?.textContent).toBe('Settings');
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement?.textContent).toBe('Sign out');
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('Keyboard shortcuts');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(button);
    await user.keyboard('{ArrowUp}');
    await user.click(await screen.findByRole('dialog', { name: 'Pablo: menu' }));
    expect(screen.queryByRole('menu')).toBeNull();
  });
});
