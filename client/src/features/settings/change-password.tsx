import { type ErrorBody, MIN_PASSWORD_LENGTH, newPasswordSchema } from '@app/contracts';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button';
import { PasswordField } from '../../components/text-field';
import { useChat } from '../../lib/chat';
import { explain, explainField, partsOf, toErrorBody } from '../../lib/errors';
import { isComposing } from '../../lib/keys';
import { texts } from '../../lib/texts';
import { moreTexts, useMoreTexts } from '../../lib/texts/more';
import styles from './settings.module.css';

/** What is wrong, where: beside a field, or with the whole attempt. */
interface Problems {
  password?: string;
  newPassword?: string;
  form?: string;
}

/** Another password, for who knows the present one. The fields come when they are asked for. */
export function ChangePassword() {
  const { dialog: settings } = useMoreTexts();
  const [step, setStep] = useState<'closed' | 'open' | 'changed'>('closed');
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (step !== 'open' && wasOpen.current) opener.current?.focus();
    wasOpen.current = step === 'open';
  }, [step]);
  return (
    <>
      <p role="status" className={styles.changed}>
        {step === 'changed' && settings.passwordChanged}
      </p>
      {step === 'open' ? (
        <ChangeForm onChanged={() => setStep('changed')} onCancel={() => setStep('closed')} />
      ) : (
        <Button ref={opener} onClick={() => setStep('open')}>
          {settings.changePassword}
        </Button>
      )}
    </>
  );
}

function ChangeForm({ onChanged, onCancel }: { onChanged: () => void; onCancel: () => void }) {
  const { api, user } = useChat();
  const { dialog: settings } = useMoreTexts();
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => focusOn(form.current, 'password'), []);

  const showProblems = (found: Problems) => {
    setProblems(found);
    const first = found.password ? 'password' : found.newPassword ? 'newPassword' : undefined;
    if (first) focusOn(form.current, first);
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [password, newPassword] = [String(data.get('password') ?? ''), String(data.get('newPassword') ?? '')];
    const found = check(password, newPassword);
    if (found) {
      showProblems(found);
      return;
    }
    setBusy(true);
    setProblems({});
    try {
      await api.changePassword(password, newPassword);
      onChanged();
    } catch (error) {
      setBusy(false);
      showProblems(problemsOf(toErrorBody(error)));
    }
  };

  return (
    <form
      ref={form}
      className={styles.form}
      aria-label={settings.changePassword}
      noValidate
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => event.key === 'Enter' && isComposing(event.nativeEvent) && event.preventDefault()}
    >
      {/* Password managers keep the new one under this name. */}
      <input
        type="text"
        className="sr-only"
        autoComplete="username"
        value={user.username}
        readOnly
        tabIndex={-1}
        aria-hidden
      />
      <PasswordField
        label={settings.presentPassword}
        name="password"
        autoComplete="current-password"
        error={problems.password}
      />
      <PasswordField
        label={settings.newPassword}
        name="newPassword"
        autoComplete="new-password"
        hint={settings.newPasswordHint(MIN_PASSWORD_LENGTH)}
        error={problems.newPassword}
      />
      <p role="alert" className={styles.problem}>
        {problems.form}
      </p>
      <div className={styles.actions}>
        <Button disabled={busy} onClick={onCancel}>
          {settings.cancel}
        </Button>
        <Button type="submit" look="main" disabled={busy}>
          {busy ? settings.changingPassword : settings.changePassword}
        </Button>
      </div>
    </form>
  );
}

function focusOn(form: HTMLFormElement | null, field: 'password' | 'newPassword'): void {
  form?.querySelector<HTMLInputElement>(`[name=${field}]`)?.focus();
}

/** What a person can put right before the server is asked; undefined: nothing. */
function check(password: string, newPassword: string): Problems | undefined {
  const { fields, problems } = texts().errors;
  const missing = `${fields.password} ${problems.missing}.`;
  const wrong = newPasswordSchema.safeParse(newPassword).error?.issues[0]?.message;
  if (password !== '' && wrong === undefined) return undefined;
  return {
    ...(password === '' && { password: missing }),
    ...(wrong !== undefined && { newPassword: newPassword === '' ? missing : explainField('password', wrong) }),
  };
}

/** Where a refusal of the server belongs. */
function problemsOf(error: ErrorBody): Problems {
  const { dialog: settings } = moreTexts();
  const { field, problem } = partsOf(error);
  if (error.code === 'forbidden' && field === 'password') return { password: settings.wrongPassword };
  if (error.code !== 'invalid' || field !== 'newPassword') return { form: explain(error) };
  if (problem === 'must not be the current one') return { newPassword: settings.samePassword };
  return { newPassword: explainField('password', problem) };
}
