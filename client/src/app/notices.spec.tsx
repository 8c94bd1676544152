import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { preferences } from '../lib/preferences';
import { setWidth } from '../testing/media';
import { makeChat, nav, server, showChatPage } from '../testing/show-chat-page';
import { START, type TestChat } from '../testing/test-chat';

let chat: TestChat;
let shown: FakeNotification[];

class FakeNotification {
  static permission = 'granted';
  onclick: (() => void) | null = null;
  readonly close = vi.fn();

  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    shown.push(this);
  }
}

beforeEach(() => {
  setWidth(1280);
  preferences.change({ notifications: true, sound: false, mutedRooms: [] });
  shown = [];
  FakeNotification.permission = 'granted';
  vi.stubGlobal('Notification', FakeNotification);
  chat = makeChat();
  chat.addDirect('2');
});

/** What the fake server's messages are dated by. */
const at = (seconds: number) => vi.spyOn(Date, 'now').mockReturnValue(seconds * 1000);
const hidden = (yes: boolean) =>
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(yes ? 'hidden' : 'visible');
const focused = (yes: boolean) => vi.spyOn(document, 'hasFocus').mockReturnValue(yes);
const icon = () => decodeURIComponent(document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href ?? '');

it('counts what is unread in the title and on the icon', async () => {
  document.head.innerHTML = '<link rel="icon" href="/favicon.svg">';
  const user = await showChatPage(chat);
  expect(document.title).toBe('General · redis-chat');
  await server(() => chat.receive('1:2', '2', 'psst'));
  await server(() => chat.receive('1:2', '2', 'psst!'));
  expect(document.title).toBe('(2) General · redis-chat');
  expect(icon()).toContain('>2</text>');
  await user.click(within(nav()).getByRole('link', { name: /^Joe/ }));
  await waitFor(() => expect(document.title).toBe('Joe · redis-chat'));
  expect(icon()).toContain('/favicon.svg');
});

it('notifies of what is new by the time of the server, whatever the own clock says', async () => {
  at(START + 3600);
  chat.clock = () => START * 1000;
  await showChatPage(chat);
  hidden(true);
  await server(() => chat.receive('1:2', '2', 'psst'));
  expect(shown.map(({ options }) => options.body)).toEqual(['psst']);
});

it('notifies of private messages and mentions while the tab is hidden; a click leads there', async () => {
  at(START);
  await showChatPage(chat);
  hidden(true);
  await server(() => chat.receive('1:2', '2', 'a **private** word'));
  await server(() => chat.receive('0', '2', 'to nobody, not even @Pablos'));
  await server(() => chat.receive('0', '2', 'and @pablo too'));
  expect(shown.map(({ title, options }) => [title, options.body])).toEqual([
    ['Joe', 'a private word'],
    ['Joe in General', 'and @pablo too'],
  ]);
  expect(new Set(shown.map(({ options }) => options.tag)).size).toBe(2);
  await server(() => shown[0]?.onclick?.());
  expect(window.location.pathname).toBe('/chat/1:2');
  expect(shown[0]?.close).toHaveBeenCalled();
});

it.each([
  ['that very room is open, in sight and focused', () => hidden(false) && focused(true)],
  ['it was not wanted', () => preferences.change({ notifications: false })],
  [
    'the browser was not allowed to',
    () => vi.stubGlobal('Notification', Object.assign(FakeNotification, { permission: 'default' })),
  ],
  ['the room is muted', () => preferences.change({ mutedRooms: ['1:2'] })],
  ['it is of long ago', () => at(START + 3600)],
])('does not notify when %s', async (_why, arrange) => {
  at(START);
  hidden(true);
  arrange();
  await showChatPage(chat, '/chat/1:2');
  await server(() => chat.receive('1:2', '2', 'psst'));
  expect(shown).toEqual([]);
});

it.each([
  ['the tab is hidden', '/chat/1:2', 1280, () => hidden(true)],
  ['the window has not the focus', '/chat/1:2', 1280, () => focused(false)],
  ['another room is open', '/chat/0', 1280, () => undefined],
  ['the people are in its place', '/chat/1:2?people', 360, () => undefined],
  ['the list of rooms is in its place', '/chat', 360, () => undefined],
  ['a dialog is over it', '/chat/1:2', 1280, () => document.body.append(openDialog())],
])('notifies of a private message when %s', async (_why, path, width, arrange) => {
  at(START);
  hidden(false);
  focused(true);
  setWidth(width);
  await showChatPage(chat, path);
  arrange();
  await server(() => chat.receive('1:2', '2', 'psst'));
  expect(shown.map(({ title }) => title)).toEqual(['Joe']);
  document.querySelector('dialog')?.remove();
});

const openDialog = () => Object.assign(document.createElement('dialog'), { open: true });

it('keeps the direction of what a name or text stands in', async () => {
  at(START);
  chat.addPerson({ id: '9', username: 'Eve\u202E', online: true });
  chat.addDirect('9');
  await showChatPage(chat, '/chat/1:9');
  expect(document.title).toBe('\u2068Eve\u202E\u202C\u2069 · redis-chat');
  hidden(true);
  await server(() => chat.receive('1:9', '9', 'gnp.\u202Eexe'));
  expect(shown.map(({ title, options }) => [title, options.body])).toEqual([
    ['\u2068Eve\u202E\u202C\u2069', 'gnp.\u202Eexe\u202C'],
  ]);
  await server(() => chat.tell('typing', { roomId: '1:9', userId: '9' }));
  expect(document.body.textContent).toContain('\u2068Eve\u202E\u202C\u2069 is typing…');
});

it('makes no sound unless that is wanted', async () => {
  at(START);
  const started = vi.fn();
  class Silence {
    gain = { setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn() };
    connect = () => this;
    start = started;
    stop = vi.fn();
  }
  class FakeContext {
    state = 'running';
    currentTime = 0;
    resume = vi.fn(async () => undefined);
  }
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('OscillatorNode', Silence);
  vi.stubGlobal('GainNode', Silence);
  await showChatPage(chat);
  hidden(true);
  await server(() => chat.receive('1:2', '2', 'psst'));
  expect(started).not.toHaveBeenCalled();
  await server(() => preferences.change({ sound: true }));
  await server(() => chat.receive('1:2', '2', 'psst!'));
  await vi.waitFor(() => expect(started).toHaveBeenCalledOnce());
});

it('mutes a room: no number in the title, marked in the list', async () => {
  const user = await showChatPage(chat, '/chat/1:2');
  await user.click(screen.getByRole('button', { name: 'Mute', pressed: false }));
  expect(screen.getByRole('button', { name: 'Mute', pressed: true }).title).toBe('Unmute');
  await user.click(within(nav()).getByRole('link', { name: /^General/ }));
  await server(() => chat.receive('1:2', '2', 'psst'));
  expect(document.title).toBe('General · redis-chat');
  await user.click(within(nav()).getByRole('link', { name: 'Joe online 1 new muted' }));
  await user.click(screen.getByRole('button', { name: 'Mute', pressed: true }));
  expect(preferences.get().mutedRooms).toEqual([]);
});
