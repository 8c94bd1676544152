import * as Radix from '@radix-ui/react-dialog';
import { type ReactNode, useState } from 'react';
import { isComposing } from '../lib/keys';
import { useTexts } from '../lib/texts';
import { IconButton } from './button';
import styles from './dialog.module.css';
import { CloseIcon } from './icons';

interface DialogProps {
  title: string;
  onClose: () => void;
  /** Leaves the focus, when it closes, to whoever asked for that; else it goes back to where it was. */
  keepFocus?: () => boolean;
  /** The title is for screen readers alone: what is inside says what it is. */
  bare?: boolean;
  children: ReactNode;
}

/** What floats over everything else until it is closed, by Esc or a click beside it too. Import it lazily: it brings a library. */
export function Dialog({ title, onClose, keepFocus, bare = false, children }: DialogProps) {
  const { app } = useTexts();
  const [before] = useState(() => document.activeElement);
  return (
    <Radix.Root open onOpenChange={(open) => open || onClose()}>
      <Radix.Portal>
        {/* Not the library's overlay: it brings an inline style sheet, which the Content-Security-Policy forbids. */}
        <div className={styles.overlay} />
        <Radix.Content
          className={styles.dialog}
          data-bare={bare}
          aria-describedby={undefined}
          onEscapeKeyDown={(event) => isComposing(event) && event.preventDefault()}
          onCloseAutoFocus={(event) => {
            // The library knows only of a button that opened it.
            event.preventDefault();
            if (!keepFocus?.() && before instanceof HTMLElement) before.focus();
          }}
        >
          {bare ? (
            <Radix.Title className="sr-only">{title}</Radix.Title>
          ) : (
            <header className={styles.header}>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              <IconButton label={app.close} onClick={onClose}>
                <CloseIcon />
              </IconButton>
            </header>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
