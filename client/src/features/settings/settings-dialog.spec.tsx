import { ChatError } from '@app/contracts';
import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { preferences } from '../../lib/preferences';
import { startTexts } from '../../lib/texts';
import { setWidth } from '../../testing/media';
import { askToSignOut, field, makeChat, server, showChatPage } from '../../testing/show-chat-page';
import type { TestChat } from '../../testing/test-chat';

let chat: TestChat;
beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
});
afterEach(async () => {
  preferences.change({
    theme: 'system',
    density: 'comfortable',
    language: 'system',
    notifications: false,
    sound: false,
  });
  await act(async () => undefined);
  vi.unstubAllGlobals();
});

const NOW = Date.now();
const device = (browser: string, system: string) => ({ browser, system });
const sessions = [
  { id: 'here'.padEnd(22, '-'), current: true, createdAt: NOW, lastUsedAt: NOW, device: device('Firefox', 'Linux') },
  { id: 'phone'.padEnd(22, '-'), current: false, createdAt: NOW, lastUsedAt: NOW, device: device('Safari', 'iPhone') },
  {
    id: 'other'.padEnd(22, '-'),
    current: false,
    createdAt: NOW,
    lastUsedAt: NOW,
    device: { browser: null, system: null },
  },
];
const dialog = () => screen.findByRole('dialog', { name: 'Settings' });
const option = (group: string, name: string) =>
  within(screen.getByRole('group', { name: group })).getByRole<HTMLInputElement>('radio', { name });
const toggle = (name: string) => screen.getByRole<HTMLInputElement>('switch', { name });
const devices = () => within(screen.getByRole('list', { name: 'Where you are signed in' })).getAllByRole('listitem');

async function open(signOut?: Parameters<typeof showChatPage>[2]) {
  const user = await showChatPage(chat, '/chat/0', signOut);
  await user.click(screen.getByRole('button', { name: 'Settings' }));
  await dialog();
  return user;
}

/** A browser that answers so when it is asked for notifications. */
function stubNotifications(now: NotificationPermission, answer = now) {
  const requestPermission = vi.fn(async () => answer);
  vi.stubGlobal('Notification', { permission: now, requestPermission });
  return requestPermission;
}

it('opens with Ctrl and a comma, and gives the focus back', async () => {
  const user = await showChatPage(chat);
  field().focus();
  await user.keyboard('{Control>},{/Control}');
  await user.click(within(await dialog()).getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(field());
});

it('keeps what was chosen', async () => {
  const user = await open();
  expect(option('Theme', 'System').checked).toBe(true);
  await user.click(option('Theme', 'Dark'));
  await user.click(option('Density', 'Compact'));
  expect(option('Theme', 'Dark').checked).toBe(true);
  expect(preferences.get()).toMatchObject({ theme: 'dark', density: 'compact' });
});

it('speaks another language at once', async () => {
  await startTexts();
  const user = await open();
  await user.click(option('Language', 'Deutsch'));
  expect(await screen.findByRole('dialog', { name: 'Einstellungen' })).toBeTruthy();
});

it('asks the browser for notifications when somebody wants them', async () => {
  const asked = stubNotifications('default', 'granted');
  const user = await open();
  expect(asked).not.toHaveBeenCalled();
  await user.click(toggle('Notifications'));
  await waitFor(() => expect(toggle('Notifications').checked).toBe(true));
  expect(preferences.get().notifications).toBe(true);
  await user.click(toggle('Notifications'));
  expect(preferences.get().notifications).toBe(false);
  await user.click(toggle('Sound'));
  expect(preferences.get().sound).toBe(true);
});

it('says so where the browser refuses notifications, now or before', async () => {
  stubNotifications('default', 'denied');
  const user = await open();
  await user.click(toggle('Notifications'));
  expect(await screen.findByText(/Your browser blocks notifications/)).toBeTruthy();
  expect([toggle('Notifications').checked, toggle('Notifications').disabled]).toEqual([false, true]);
  expect(preferences.get().notifications).toBe(false);
});

it('lists where one is signed in, and signs out there', async () => {
  chat.sessions = sessions;
  const user = await open();
  await waitFor(() => expect(devices()).toHaveLength(3));
  const [here, phone, other] = devices();
  expect(here?.textContent).toBe('Firefox on LinuxThis device');
  expect(phone?.textContent).toMatch(/^Safari on iPhoneLast used: \d+:\d\d.*Sign out$/);
  expect(other?.textContent).toContain('Unknown device');
  await user.click(screen.getByRole('button', { name: 'Sign out Safari on iPhone' }));
  expect(devices()).toHaveLength(2);
  await user.click(screen.getByRole('button', { name: 'Sign out of all other devices' }));
  expect(await screen.findByText('You are signed in nowhere else.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Sign out of all other devices' })).toBeNull();
});

it('shows many sessions only to those who want to see them', async () => {
  chat.sessions = Array.from(
    { length: 30 },
    (_, i) => ({ ...sessions[1], id: `${i}`.padEnd(22, '-') }) as TestChat['sessions'][0],
  );
  const user = await open();
  await waitFor(() => expect(devices()).toHaveLength(8));
  await user.click(screen.getByRole('button', { name: 'Show all 30' }));
  expect(devices()).toHaveLength(30);
});

it('says why sessions are not shown, and tries again', async () => {
  chat.sessions = sessions;
  const user = await showChatPage(chat);
  chat.refused.set('GET /api/sessions', { code: 'unavailable', message: '' });
  await user.keyboard('{Control>},{/Control}');
  expect((await screen.findByRole('alert')).textContent).toMatch(/^The server cannot be reached/);
  chat.refused.clear();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(devices()).toHaveLength(3);
  expect(screen.queryByRole('alert')).toBeNull();
});

it('signs out everywhere, after asking what is to be lost', async () => {
  const signOut = vi.fn(async () => undefined);
  const user = await open(signOut);
  act(() => void chat.client.send('0', 'not sent yet'));
  await user.click(screen.getByRole('button', { name: 'Sign out everywhere' }));
  await user.click(await screen.findByRole('button', { name: 'Stay signed in' }));
  expect(signOut).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'Sign out everywhere' }));
  await user.click(await screen.findByRole('button', { name: 'Sign out anyway' }));
  expect(signOut).toHaveBeenCalledWith({ everywhere: true });
});

it('asks before the sidebar signs out, too, and only then', async () => {
  const signOut = vi.fn(async () => undefined);
  const user = await showChatPage(chat, '/chat/0', signOut);
  for (const text of ['one', 'two']) act(() => void chat.client.send('0', text));
  await askToSignOut(user);
  expect(await screen.findByRole('dialog', { name: '2 messages were not sent' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Stay signed in' }));
  for (const _ of [1, 2]) await server(() => chat.acknowledge('0'));
  await askToSignOut(user);
  await waitFor(() => expect(signOut).toHaveBeenCalledOnce());
});

describe('changing the password', () => {
  const fields = () => [screen.getByLabelText('Present password'), screen.getByLabelText('New password')] as const;
  async function fillIn(present: string, next: string) {
    const user = await open();
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    const [password, newPassword] = fields();
    expect(document.activeElement).toBe(password);
    if (present) await user.type(password, present);
    if (next) await user.type(newPassword, next);
    await user.click(within(screen.getByRole('form')).getByRole('button', { name: 'Change password' }));
    return { user, password, newPassword };
  }

  it('asks for the present one, and says that it is done', async () => {
    await fillIn('the old one', 'Sanddorn am Strand');
    await screen.findByText('Your password is changed. You are signed out everywhere else.');
    expect(chat.asked).toContain('PUT /api/session/password the old one Sanddorn am Strand');
    expect(screen.queryByLabelText('New password')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Change password' }));
  });

  it('leads back to where it began when it is left', async () => {
    const user = await open();
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Change password' }));
  });

  it.each<[string, string, ChatError | undefined, number, string]>([
    ['', 'Sanddorn am Strand', undefined, 0, 'The password is missing.'],
    ['the old one', 'short', undefined, 1, 'The password must be at least 8 characters.'],
    [
      'wrong one',
      'Sanddorn am Strand',
      new ChatError('forbidden', 'password: is not the current one'),
      0,
      'This is not your present password.',
    ],
    [
      'the old one',
      'password',
      new ChatError('invalid', 'newPassword: must not be a common password'),
      1,
      'The password is one of the most common ones: choose another.',
    ],
    [
      'the old one',
      'the old one',
      new ChatError('invalid', 'newPassword: must not be the current one'),
      1,
      'This is your present password: choose another.',
    ],
  ])('says beside the field what is wrong: %j, %j', async (present, next, refusal, wrong, said) => {
    const spy = refusal && vi.spyOn(chat.client.api, 'changePassword').mockRejectedValue(refusal);
    await fillIn(present, next);
    await screen.findByText(said);
    const field = fields()[wrong];
    expect(field?.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    expect(chat.asked.filter((call) => call.startsWith('PUT'))).toEqual([]);
    spy?.mockRestore();
  });
});
