import { ChatError } from '@app/contracts';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { preferences } from '../../lib/preferences';
import { startTexts } from '../../lib/texts';
import { moreTexts } from '../../lib/texts/more';
import { SignIn } from './sign-in';

const demoUsers = ['Pablo', 'Joe', 'Mary', 'Alex'].map((username) => ({ username, password: 'password123' }));

function show(demo = demoUsers, registration = 'open') {
  const signIn = vi.fn(async (_username: string, _password: string) => undefined);
  const register = vi.fn(async (_username: string, _password: string) => undefined);
  const api = { settings: async () => ({ demoUsers: demo, maxMessageLength: 4000, registration }) };
  render(<SignIn session={{ signIn, register, api: api as never }} />);
  return { signIn, register, user: userEvent.setup() };
}

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(name);
const button = (name: string) => screen.getByRole('button', { name });
const describedBy = (name: string) =>
  document.getElementById(field(name).getAttribute('aria-describedby') ?? '')?.textContent;

it('signs in with the keyboard alone', async () => {
  const { signIn, user } = show();
  await user.tab();
  await user.keyboard('Pablo{Tab}password123{Enter}');
  expect(signIn).toHaveBeenCalledWith('Pablo', 'password123');
});

it('says beside the field that name and password do not match, and goes there', async () => {
  const { signIn, user } = show();
  signIn.mockRejectedValue(new ChatError('unauthorized', 'Wrong'));
  await user.type(field('User name'), 'Pablo');
  await user.type(field('Password'), 'wrong');
  await user.click(button('Sign in'));
  await waitFor(() => expect(describedBy('Password')).toBe('User name and password do not match.'));
  expect(field('Password').getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(field('Password'));
});

it('asks for what is missing without asking the server', async () => {
  const { signIn, user } = show();
  await user.click(button('Sign in'));
  expect(describedBy('User name')).toBe('The user name is missing.');
  expect(describedBy('Password')).toBe('The password is missing.');
  expect(document.activeElement).toBe(field('User name'));
  expect(signIn).not.toHaveBeenCalled();
});

it('says how long to wait after too many attempts', async () => {
  const { signIn, user } = show();
  signIn.mockRejectedValue(new ChatError('rate_limited', 'Slow down', 120_000));
  await user.type(field('User name'), 'Pablo');
  await user.type(field('Password'), 'wrong{Enter}');
  expect((await screen.findByText(/Too many attempts/)).textContent).toBe('Too many attempts. Try again in 2 min.');
});

it('registers, and says which name is taken', async () => {
  const { register, user } = show();
  register.mockRejectedValue(new ChatError('conflict', 'Taken'));
  await user.click(button('Create an account'));
  await user.type(field('User name'), 'Pablo');
  await user.type(field('Password'), 'short{Enter}');
  expect(describedBy('Password')).toBe('The password must be at least 8 characters.');
  expect(register).not.toHaveBeenCalled();

  await user.type(field('Password'), ' and longer{Enter}');
  expect(register).toHaveBeenCalledWith('Pablo', 'short and longer');
  await waitFor(() => expect(describedBy('User name')).toBe('This name is taken. Choose another one.'));
});

it('shows and hides the password', async () => {
  const { user } = show();
  expect(field('Password').type).toBe('password');
  await user.click(button('Show password'));
  expect(field('Password').type).toBe('text');
  await user.click(button('Hide password'));
  expect(field('Password').type).toBe('password');
});

it('lets one in as a demo person with one click', async () => {
  const { signIn, user } = show();
  await user.click(await screen.findByRole('button', { name: 'Mary' }));
  expect(signIn).toHaveBeenCalledWith('Mary', 'password123');
});

it('offers nobody where there is no demo data', async () => {
  show([]);
  expect(screen.queryByText('Or look around as')).toBeNull();
});

it('offers no registration where it is closed, and says whom to ask', async () => {
  show([], 'closed');
  await screen.findByText('New here? Ask whoever runs this server for an account.');
  expect(screen.queryByRole('button', { name: 'Create an account' })).toBeNull();
});

it('says in German whom to ask', async () => {
  preferences.change({ language: 'de' });
  await startTexts();
  show([], 'closed');
  await screen.findByText('Neu hier? Bitte den Betreiber dieses Servers um ein Konto.');
  expect(screen.queryByRole('button', { name: 'Konto anlegen' })).toBeNull();
  preferences.change({ language: 'en' });
  await waitFor(() => expect(moreTexts().session.username).toBe('User name'));
});

it('tells who comes to an empty server that the first account is theirs', async () => {
  const { user } = show([], 'first');
  await screen.findByText(/Nobody has an account here yet/);
  await user.click(button('Create an account'));
  expect(button('Create account')).toBeDefined();
});

it('tells what waits in this browser: what was not sent apart from what was only begun', () => {
  const { unsent } = moreTexts().session;
  expect(unsent(0, 1)).toMatch(/^1 message was only begun\. It waits in this browser until you sign in again;/);
  expect(unsent(2, 1)).toMatch(/^2 messages were not sent\. 1 message was only begun\. They wait /);
});
