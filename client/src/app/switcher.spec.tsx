import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { setWidth } from '../testing/media';
import { field, makeChat, nav, server, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';
// Loaded when it is wanted: here that is done ahead.
import './shortcut-help';
import './switcher';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
  chat.addPerson({ id: '4', username: 'Zoë', online: false });
  chat.addDirect('2');
});

const path = () => window.location.pathname;
const switcher = () => screen.findByRole('combobox', { name: 'Room or person' });
const options = (group: string) =>
  within(screen.getByRole('group', { name: group }))
    .getAllByRole('option')
    .map((option) => option.textContent);
const chosen = () => screen.getByRole('option', { selected: true }).textContent;

async function open(at = '/chat/0') {
  const user = await showChatPage(chat, at);
  await user.keyboard('{Control>}k{/Control}');
  return { user, box: await switcher() };
}

it('goes to a person by a few letters and Enter, accents and case aside', async () => {
  const { user, box } = await open();
  expect(document.activeElement).toBe(box);
  await user.keyboard('zoe');
  expect(chosen()).toContain('Zoë');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(path()).toBe('/chat/1:4'));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(field('Zoë'));
});

it('shows rooms first, then those one has no conversation with yet', async () => {
  await open();
  expect(options('Rooms')).toEqual(['#General', 'JJoe online']);
  expect(options('People')).toEqual(['MMary offline', 'ZZoë offline']);
});

it('puts rooms with something new first while nothing is looked for', async () => {
  const user = await showChatPage(chat);
  await server(() => chat.receive('1:2', '2', 'psst'));
  await user.keyboard('{Control>}k{/Control}');
  await switcher();
  expect(options('Rooms')).toEqual(['JJoe online 1 new', '#General']);
});

it('walks through the list with the arrows, round its ends, and says where it is', async () => {
  const { user, box } = await open();
  expect(chosen()).toContain('General');
  await user.keyboard('{ArrowDown}');
  expect(chosen()).toContain('Joe');
  expect(box.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { selected: true }).id);
  await user.keyboard('{ArrowUp}{ArrowUp}');
  expect(chosen()).toContain('Zoë');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(path()).toBe('/chat/1:4'));
});

it('closes with Esc, and leaves one where one was', async () => {
  const { user } = await open();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(field()));
  expect(path()).toBe('/chat/0');
});

it('says so when nothing has that name', async () => {
  const { user } = await open();
  await user.keyboard('qqq');
  expect(await screen.findByText('Nothing is called “qqq”. Try a part of the name.')).toBeTruthy();
  await user.keyboard('{Enter}');
  expect(path()).toBe('/chat/0');
});

it('says so when a conversation could not be opened', async () => {
  const { user } = await open();
  chat.refused.set('POST /api/rooms', { code: 'unavailable', message: 'away' });
  await user.keyboard('mary{Enter}');
  expect((await screen.findByRole('alert')).textContent).toContain('The server cannot be reached');
  expect(await switcher()).toBeTruthy();
});

it('finds people beyond the first page', async () => {
  for (let id = 100; id < 200; id++) chat.addPerson({ id: `${id}`, username: `Guest ${id}`, online: false });
  chat.addPerson({ id: '900', username: 'Walter', online: false });
  const { user } = await open();
  await user.keyboard('walt');
  expect(await screen.findByRole('option', { name: /Walter/ })).toBeTruthy();
});

it('opens from the sidebar with a click, and by one goes to a room', async () => {
  setWidth(360);
  const user = await showChatPage(chat, '/chat');
  await user.click(within(nav()).getByRole('button', { name: 'Jump to…' }));
  await switcher();
  await user.click(screen.getByRole('option', { name: /Joe/ }));
  expect(path()).toBe('/chat/1:2');
});
