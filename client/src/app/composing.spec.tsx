import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SignIn } from '../features/session/sign-in';
import { setWidth } from '../testing/media';
import { field, makeChat, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';
// Loaded when they are wanted: here that is done ahead.
import '../features/messages/emoji-picker';
import './switcher';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
  chat.addDirect('2');
});

/** Keys that an input method takes, as browsers tell of them. */
const TOLD = [
  ['while it composes', { isComposing: true, keyCode: 229 }],
  ['by its code alone, as Safari does once it has composed', { isComposing: false, keyCode: 229 }],
  ['by its state alone', { isComposing: true, keyCode: 13 }],
] as const;

describe.each(TOLD)('a key of an input method, told of %s', (_how, how) => {
  const press = (key: string, target: Element = document.activeElement ?? document.body) =>
    fireEvent.keyDown(target, { key, code: key, ...how });

  it('sends nothing, and chooses no emoji that is suggested', async () => {
    const user = await showChatPage(chat);
    await user.type(field(), 'にほん');
    press('Enter', field());
    expect(field().value).toBe('にほん');
    await user.type(field(), ' :smil');
    await screen.findByRole('listbox', { name: 'Emoji that fit' });
    for (const key of ['ArrowDown', 'Escape', 'Tab', 'Enter']) press(key, field());
    expect(field().value).toBe('にほん :smil');
    expect(screen.getByRole('listbox', { name: 'Emoji that fit' })).toBeTruthy();
    expect(chat.client.view('0').entries).toEqual([]);
  });

  it('goes nowhere from the switcher, and does not close it', async () => {
    const user = await showChatPage(chat);
    await user.keyboard('{Control>}k{/Control}');
    const box = await screen.findByRole('combobox', { name: 'Room or person' });
    await user.keyboard('Joe');
    for (const key of ['ArrowDown', 'Enter', 'Escape']) press(key, box);
    expect(window.location.pathname).toBe('/chat/0');
    expect(screen.getByRole('combobox', { name: 'Room or person' })).toBe(box);
  });

  it('chooses nothing in the emoji picker, and does not close it', async () => {
    const user = await showChatPage(chat);
    await user.click(screen.getByRole('button', { name: 'Emoji' }));
    const box = await screen.findByRole('combobox', { name: 'Find an emoji' });
    await within(screen.getByRole('dialog', { name: 'Emoji' })).findByRole('option', { selected: true });
    for (const key of ['ArrowDown', 'Enter', 'Escape']) press(key, box);
    expect(field().value).toBe('');
    expect(screen.getByRole('combobox', { name: 'Find an emoji' })).toBe(box);
  });

  it('moves no focus, opens nothing and leaves no room', async () => {
    await showChatPage(chat);
    press('Escape', document.body);
    press('?', document.body);
    fireEvent.keyDown(document.body, { key: 'ArrowDown', altKey: true, ...how });
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true, ...how });
    fireEvent.keyDown(document.body, { key: ',', ctrlKey: true, ...how });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(window.location.pathname).toBe('/chat/0');
  });

  it('does not send the form for signing in', async () => {
    const signIn = vi.fn(async () => undefined);
    const api = {
      session: vi.fn(),
      signIn: vi.fn(),
      register: vi.fn(),
      settings: vi.fn(async () => ({ demoUsers: [] })),
    };
    render(<SignIn session={{ signIn, register: vi.fn(), api: api as never }} />);
    await userEvent.setup().type(screen.getByLabelText('User name'), 'ゆき');
    expect(press('Enter', screen.getByLabelText('User name'))).toBe(false);
    expect(signIn).not.toHaveBeenCalled();
  });
});

it('keys that are of no input method do all of that', async () => {
  const user = await showChatPage(chat);
  await user.type(field(), 'にほん{Enter}');
  expect(chat.client.view('0').entries.map(({ message }) => message)).toEqual(['にほん']);
});
