import { type ErrorBody, newPasswordSchema, passwordSchema, type Settings, usernameSchema } from '@app/contracts';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button';
import { Mark } from '../../components/icons';
import { explain, toErrorBody, waitOf } from '../../lib/errors';
import { Field, PasswordField } from './fields';
import type { Session } from './session';
import styles from './sign-in.module.css';

type Mode = 'sign-in' | 'register';

/** What is wrong, where: beside a field, or with the whole attempt. */
interface Problems {
  username?: string;
  password?: string;
  form?: string;
}

const WORDS = {
  'sign-in': { title: 'Sign in', act: 'Sign in', busy: 'Signing in…', ask: 'New here?', other: 'Create an account' },
  register: {
    title: 'Create an account',
    act: 'Create account',
    busy: 'Creating…',
    ask: 'Have an account?',
    other: 'Sign in instead',
  },
};

interface SignInProps {
  session: Pick<Session, 'signIn' | 'register' | 'api'>;
  /** The server ended the session that was here. */
  ended?: boolean;
}

/** The one page before the chat: sign in, register, or enter as one of the demo people. */
export function SignIn({ session, ended = false }: SignInProps) {
  const [mode, setMode] = useState<Mode>('sign-in');
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const words = WORDS[mode];

  const attempt = async (mode: Mode, username: string, password: string) => {
    setBusy(true);
    setProblems({});
    try {
      await (mode === 'sign-in' ? session.signIn(username, password) : session.register(username, password));
    } catch (error) {
      showProblems(problemsOf(toErrorBody(error), mode));
      setBusy(false);
    }
  };

  const showProblems = (found: Problems) => {
    setProblems(found);
    const first = found.username ? 'username' : found.password ? 'password' : undefined;
    if (first) form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  };

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const username = String(data.get('username') ?? '');
    const password = String(data.get('password') ?? '');
    const found = check(mode, username, password);
    if (found) showProblems(found);
    else void attempt(mode, username, password);
  };

  return (
    <main className={styles.page}>
      <div className={styles.column}>
        <p className={styles.product}>
          <Mark /> redis-chat
        </p>
        <h1 className={styles.title}>{words.title}</h1>
        {ended && <p className={styles.note}>Your session has ended. Sign in again to go on where you were.</p>}
        <form ref={form} className={styles.form} onSubmit={submit} noValidate aria-label={words.title}>
          <Field label="User name" name="username" autoComplete="username" error={problems.username} />
          <PasswordField
            label="Password"
            name="password"
            autoComplete={mode === 'sign-in' ? 'current-password' : 'new-password'}
            hint={mode === 'register' ? 'At least 8 characters.' : undefined}
            error={problems.password}
          />
          <p role="alert" className={styles.problem}>
            {problems.form}
          </p>
          <Button type="submit" look="main" disabled={busy}>
            {busy ? words.busy : words.act}
          </Button>
        </form>
        <p className={styles.other}>
          {words.ask}{' '}
          <Button
            look="text"
            onClick={() => {
              setMode(mode === 'sign-in' ? 'register' : 'sign-in');
              setProblems({});
            }}
          >
            {words.other}
          </Button>
        </p>
        <DemoPeople api={session.api} busy={busy} enter={(name, password) => void attempt('sign-in', name, password)} />
      </div>
    </main>
  );
}

interface DemoPeopleProps {
  api: Pick<Session['api'], 'settings'>;
  busy: boolean;
  enter: (username: string, password: string) => void;
}

function DemoPeople({ api, busy, enter }: DemoPeopleProps) {
  const [people, setPeople] = useState<Settings['demoUsers']>([]);
  const title = useId();

  useEffect(() => {
    let shown = true;
    // Without an answer there is nobody to offer; the form works all the same.
    api.settings().then(
      (settings) => shown && setPeople(settings.demoUsers),
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [api]);

  if (people.length === 0) return null;
  return (
    <section className={styles.demo} aria-labelledby={title}>
      <h2 id={title} className={styles.demoTitle}>
        Or look around as
      </h2>
      <div className={styles.people}>
        {people.map(({ username, password }) => (
          <Button key={username} disabled={busy} onClick={() => enter(username, password)}>
            {username}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** What a person can put right before the server is asked; undefined: nothing. */
function check(mode: Mode, username: string, password: string): Problems | undefined {
  const name = usernameSchema.safeParse(username);
  const secret = (mode === 'register' ? newPasswordSchema : passwordSchema).safeParse(password);
  if (name.success && secret.success) return undefined;
  return {
    ...(name.success ? {} : { username: sentence('The user name', username, name.error.issues[0]?.message) }),
    ...(secret.success ? {} : { password: sentence('The password', password, secret.error.issues[0]?.message) }),
  };
}

function sentence(subject: string, value: string, problem = 'is not allowed'): string {
  return value === '' ? `${subject} is missing.` : `${subject} ${problem}.`;
}

/** Where a refusal of the server belongs. */
function problemsOf(error: ErrorBody, mode: Mode): Problems {
  if (error.code === 'unauthorized') return { password: 'User name and password do not match.' };
  if (error.code === 'conflict') return { username: 'This name is taken. Choose another one.' };
  if (error.code === 'rate_limited') return { form: `Too many attempts. Try again ${waitOf(error.retryAfterMs)}.` };
  if (error.code === 'invalid') {
    const [, field, problem] = error.message.match(/^(username|password): (.+)$/) ?? [];
    if (field === 'username') return { username: `The user name ${problem}.` };
    if (field === 'password') return { password: `The password ${problem}.` };
  }
  if (error.code === 'forbidden' && mode === 'register') return { form: 'New accounts are not allowed here.' };
  return { form: explain(error) };
}
