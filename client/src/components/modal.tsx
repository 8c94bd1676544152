import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTexts } from '../lib/texts';
import { IconButton } from './button';
import { CloseIcon } from './icons';
import styles from './modal.module.css';

interface ModalProps {
  title: string;
  /** `page`: fills a phone's screen; `question`: as small as what it says. */
  kind?: 'page' | 'question';
  onClose: () => void;
  children: ReactNode;
}

/**
 * The browser's own modal dialog: what is behind it cannot be reached, Escape closes it, and the focus goes back to where it
 * was. It brings no library, so that a question can be asked offline too.
 */
export function Modal({ title, kind = 'page', onClose, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { close } = useTexts().settings;

  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it without a handler
    <dialog
      ref={dialog}
      className={styles.dialog}
      data-kind={kind}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={styles.content}>
        <header className={styles.header}>
          <h2 id={heading} className={styles.title} tabIndex={-1}>
            {title}
          </h2>
          {kind === 'page' && (
            <IconButton label={close} onClick={onClose}>
              <CloseIcon />
            </IconButton>
          )}
        </header>
        <div className={styles.body}>{children}</div>
      </div>
    </dialog>
  );
}
