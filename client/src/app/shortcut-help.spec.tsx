import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { setWidth } from '../testing/media';
import { field, makeChat, people, showChatPage } from '../testing/show-chat-page';
import { SHORTCUTS } from './shortcuts';
// Loaded when they are wanted: here that is done ahead.
import './shortcut-help';
import './switcher';

beforeEach(() => setWidth(1280));

const help = () => screen.findByRole('dialog', { name: 'Keyboard shortcuts' });

it('shows all shortcuts with ?, but not while one writes', async () => {
  const user = await showChatPage(makeChat());
  await user.type(field(), 'What?');
  expect(field().value).toBe('What?');
  expect(screen.queryByRole('dialog')).toBeNull();

  const mary = within(people()).getByRole('button', { name: 'Mary' });
  mary.focus();
  await user.keyboard('?');
  expect(within(await help()).getAllByRole('term')).toHaveLength(SHORTCUTS.length);
  expect(within(await help()).getByText('Previous or next room')).toBeTruthy();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(mary));
});

it('is reached from the switcher, and leads back to it', async () => {
  const user = await showChatPage(makeChat());
  await user.keyboard('{Control>}k{/Control}');
  await user.click(await screen.findByRole('button', { name: 'Keyboard shortcuts' }));
  await help();
  await user.keyboard('{Escape}');
  expect(await screen.findByRole('combobox')).toBeTruthy();
  expect(screen.getAllByRole('dialog')).toHaveLength(1);
});

it('leaves the keys of the page to the dialog while one is open', async () => {
  const chat = makeChat();
  chat.addDirect('2');
  const user = await showChatPage(chat);
  within(people()).getByRole('button', { name: 'Mary' }).focus();
  await user.keyboard('?');
  await help();
  await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
  expect(window.location.pathname).toBe('/chat/0');
});
