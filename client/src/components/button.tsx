import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `main`: the one thing to do here; `quiet`: the default; `text`: inside a sentence. */
  look?: 'main' | 'quiet' | 'text';
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = 'quiet', className = '', ...rest }: ButtonProps) {
  return <button type="button" {...rest} className={`${styles.button} ${styles[look]} ${className}`} />;
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Its name for everybody: read out, and shown as a tip. */
  label: string;
  children: ReactNode;
}

export function IconButton({ label, className = '', ...rest }: IconButtonProps) {
  return <button type="button" aria-label={label} title={label} {...rest} className={`${styles.icon} ${className}`} />;
}
