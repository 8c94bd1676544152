import { unsentInBrowser } from '@app/client';
import {
  type ErrorBody,
  MIN_PASSWORD_LENGTH,
  newPasswordSchema,
  passwordSchema,
  type Settings,
  usernameSchema,
} from '@app/contracts';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button';
import { Mark } from '../../components/icons';
import { Field, PasswordField } from '../../components/text-field';
import { explain, explainField, partsOf, toErrorBody, waitOf } from '../../lib/errors';
import { wouldBeLost } from '../../lib/kept';
import { isComposing } from '../../lib/keys';
import { texts } from '../../lib/texts';
import { moreTexts, useMoreTexts } from '../../lib/texts/more';
import type { Session } from './session';
import styles from './sign-in.module.css';

type Mode = 'sign-in' | 'register';

/** What is wrong, where: beside a field, or with the whole attempt. */
interface Problems {
  username?: string;
  password?: string;
  form?: string;
}

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
  const { session: said } = useMoreTexts();
  const [unsent, drafts] = [unsentInBrowser(), wouldBeLost()];
  const settings = useSettings(session.api);
  const registration = settings?.registration ?? 'open';
  const words = mode === 'sign-in' ? said.signIn : said.register;

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
          <Mark /> <span>redis-chat</span>
        </p>
        <h1 className={styles.title}>{words.title}</h1>
        {ended && <p className={styles.note}>{said.ended}</p>}
        {unsent + drafts > 0 && <p className={styles.note}>{said.unsent(unsent, drafts)}</p>}
        <form
          ref={form}
          className={styles.form}
          onSubmit={submit}
          onKeyDown={(event) => event.key === 'Enter' && isComposing(event.nativeEvent) && event.preventDefault()}
          noValidate
          aria-label={words.title}
        >
          <Field label={said.username} name="username" autoComplete="username" error={problems.username} />
          <PasswordField
            label={said.password}
            name="password"
            autoComplete={mode === 'sign-in' ? 'current-password' : 'new-password'}
            hint={mode === 'register' ? said.passwordHint(MIN_PASSWORD_LENGTH) : undefined}
            error={problems.password}
          />
          <p role="alert" className={styles.problem}>
            {problems.form}
          </p>
          <Button type="submit" look="main" disabled={busy}>
            {busy ? words.busy : words.act}
          </Button>
        </form>
        {registration === 'first' && <p className={styles.note}>{said.first}</p>}
        {registration === 'closed' && mode === 'sign-in' ? (
          <p className={styles.other}>{said.closed}</p>
        ) : (
          <p className={styles.other}>
            <span>{words.ask}</span>{' '}
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
        )}
        <DemoPeople
          people={settings?.demoUsers ?? []}
          busy={busy}
          enter={(name, password) => void attempt('sign-in', name, password)}
        />
      </div>
    </main>
  );
}

/** What the server says before anybody has signed in; undefined until then, and without an answer. */
function useSettings(api: Pick<Session['api'], 'settings'>): Settings | undefined {
  const [settings, setSettings] = useState<Settings>();
  useEffect(() => {
    let shown = true;
    // Without an answer there is nobody to offer; the form works all the same.
    api.settings().then(
      (answer) => shown && setSettings(answer),
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [api]);
  return settings;
}

interface DemoPeopleProps {
  people: Settings['demoUsers'];
  busy: boolean;
  enter: (username: string, password: string) => void;
}

function DemoPeople({ people, busy, enter }: DemoPeopleProps) {
  const title = useId();
  const { session: said } = useMoreTexts();

  if (people.length === 0) return null;
  return (
    <section className={styles.demo} aria-labelledby={title}>
      <h2 id={title} className={styles.demoTitle}>
        {said.lookAround}
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
    ...(name.success ? {} : { username: problemWith('username', username, name.error.issues[0]?.message) }),
    ...(secret.success ? {} : { password: problemWith('password', password, secret.error.issues[0]?.message) }),
  };
}

function problemWith(field: 'username' | 'password', value: string, problem = ''): string {
  const { fields, problems } = texts().errors;
  return value === '' ? `${fields[field]} ${problems.missing}.` : explainField(field, problem);
}

/** Where a refusal of the server belongs. */
function problemsOf(error: ErrorBody, mode: Mode): Problems {
  const { session } = moreTexts();
  if (error.code === 'unauthorized') return { password: session.noMatch };
  if (error.code === 'conflict') return { username: session.taken };
  if (error.code === 'rate_limited') return { form: session.tooManyAttempts(waitOf(error.retryAfterMs)) };
  if (error.code === 'invalid') {
    const { field } = partsOf(error);
    if (field === 'username' || field === 'password') return { [field]: explain(error) };
  }
  if (error.code === 'forbidden') return { form: mode === 'register' ? session.noNewAccounts : session.notLetIn };
  return { form: explain(error) };
}
