import type { EntryChange } from '@app/client';
import { useLayoutEffect, useRef } from 'react';
import { Button } from '../../components/button';
import { ClockIcon } from '../../components/icons';
import { useTexts } from '../../lib/texts';
import { exactTimeOf, toDate } from '../../lib/time';
import styles from './message-change.module.css';
import line from './message-line.module.css';

/** Behind the text of a message that was edited. */
export function Edited({ at }: { at: number }) {
  const t = useTexts().messages.change;
  const time = exactTimeOf(at);
  return (
    <time className={styles.edited} dateTime={toDate(at).toISOString()} title={t.editedAt(time)}>
      {` ${t.edited}`}
    </time>
  );
}

/** In place of a deleted message's text. @param onUndo given as long as it can be taken back */
export function Tombstone({ onUndo }: { onUndo?: () => void }) {
  const t = useTexts().messages.change;
  return (
    <p className={styles.deleted}>
      <span>{t.deleted}</span>
      {onUndo && <Undo onUndo={onUndo} />}
    </p>
  );
}

function Undo({ onUndo }: { onUndo: () => void }) {
  const t = useTexts().messages.change;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const element = button.current;
    const line = element?.closest<HTMLElement>('[data-index]');
    return () => {
      // It goes by itself: the focus stays at the message.
      if (element !== null && document.activeElement === element) line?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <Button ref={button} look="text" onClick={onUndo}>
      {t.undo}
    </Button>
  );
}

/** A change is on its way. */
export function Changing({ kind }: { kind: EntryChange['kind'] }) {
  const t = useTexts().messages.change;
  return (
    <span className={line.sending} role="img" aria-label={kind === 'edit' ? t.saving : t.deleting}>
      <ClockIcon />
    </span>
  );
}
