import { type InputHTMLAttributes, type ReactNode, useId, useState } from 'react';
import { useMoreTexts } from '../lib/texts/more';
import { EyeIcon } from './icons';
import styles from './text-field.module.css';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  error?: string;
  /** Stands inside the field, at its end. */
  after?: ReactNode;
}

/** A labelled text field with its hint and its error beneath. */
export function Field({ label, hint, error, after, ...input }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box} data-after={after !== undefined}>
        <input
          {...input}
          id={id}
          className={styles.input}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
        />
        {after}
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className={error === undefined ? styles.hint : styles.error}>
          {note}
        </p>
      )}
    </div>
  );
}

/** A field for a password, which can be shown. */
export function PasswordField(props: Omit<FieldProps, 'after' | 'type'>) {
  const [shown, setShown] = useState(false);
  const { session } = useMoreTexts();
  const label = shown ? session.hidePassword : session.showPassword;
  return (
    <Field
      {...props}
      type={shown ? 'text' : 'password'}
      after={
        <button type="button" className={styles.show} aria-label={label} title={label} onClick={() => setShown(!shown)}>
          <EyeIcon off={shown} />
        </button>
      }
    />
  );
}
