export const session = {
  signIn: {
    title: 'Sign in',
    act: 'Sign in',
    busy: 'Signing in…',
    ask: 'New here?',
    other: 'Create an account',
  },
  register: {
    title: 'Create an account',
    act: 'Create account',
    busy: 'Creating…',
    ask: 'Have an account?',
    other: 'Sign in instead',
  },
  ended: 'Your session has ended. Sign in again to go on where you were.',
  unsent: (messages: number, drafts: number) => {
    const unsent = messages > 0 && (messages === 1 ? '1 message was not sent.' : `${messages} messages were not sent.`);
    const begun = drafts > 0 && (drafts === 1 ? '1 message was only begun.' : `${drafts} messages were only begun.`);
    const where =
      messages + drafts === 1
        ? 'It waits in this browser until you sign in again; when somebody else does, it is gone.'
        : 'They wait in this browser until you sign in again; when somebody else does, they are gone.';
    return [unsent, begun, where].filter(Boolean).join(' ');
  },
  username: 'User name',
  password: 'Password',
  passwordHint: (characters: number) => `At least ${characters} characters.`,
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  lookAround: 'Or look around as',
  notLetIn: 'This account is suspended. Ask who runs this chat.',
  noMatch: 'User name and password do not match.',
  taken: 'This name is taken. Choose another one.',
  tooManyAttempts: (when: string) => `Too many attempts. Try again ${when}.`,
  noNewAccounts: 'New accounts are not allowed here.',
  closed: 'New here? Ask whoever runs this server for an account.',
  first: 'Nobody has an account here yet. Create the first one; then nobody else can.',
};
