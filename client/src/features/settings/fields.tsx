import { type ReactNode, useId } from 'react';
import styles from './settings.module.css';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  /** Each with its name. */
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** One of a few, all of them shown. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.label}>{label}</legend>
      <div className={styles.options}>
        {options.map(([option, text]) => (
          <label key={option} className={styles.option}>
            <input
              type="radio"
              className="sr-only"
              name={name}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface ToggleProps {
  label: string;
  /** What it does, or why it cannot. */
  hint: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** On or off. */
export function Toggle({ label, hint, checked, disabled = false, onChange }: ToggleProps) {
  const about = useId();
  return (
    <div className={styles.toggle} data-disabled={disabled}>
      <label>
        <span>{label}</span>
        <input
          type="checkbox"
          role="switch"
          checked={checked}
          aria-checked={checked}
          disabled={disabled}
          aria-describedby={about}
          onChange={(event) => onChange(event.target.checked)}
        />
      </label>
      <p id={about} className={styles.hint} aria-live="polite">
        {hint}
      </p>
    </div>
  );
}
