import type { Entry, EntryChange } from '@app/client';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Button } from '../../components/button';
import { ClockIcon, WarningIcon } from '../../components/icons';
import { explain } from '../../lib/errors';
import { type Texts, useTexts } from '../../lib/texts';
import { exactTimeOf, toDate } from '../../lib/time';
import styles from './message-change.module.css';

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
    <span className={styles.sending} role="img" aria-label={kind === 'edit' ? t.saving : t.deleting}>
      <ClockIcon />
    </span>
  );
}

interface NotChangedProps {
  entry: Entry;
  change: EntryChange;
  onRetry: (clientId: string) => void;
  onDiscard: (clientId: string) => void;
}

/** Why a change was refused, and what can be done about it. */
export function NotChanged({ entry, change, onRetry, onDiscard }: NotChangedProps) {
  const { messages: t } = useTexts();
  const { clientId, kind, text } = change;
  const isConflict = change.error?.code === 'conflict';
  const why = reasonOf(t.change, change, entry.deleted !== undefined);
  return (
    <div className={styles.failed}>
      <p>
        <WarningIcon />
        <span>{why}</span>
      </p>
      {text !== undefined && (
        <blockquote aria-label={t.change.yours} dir="auto">
          {text}
        </blockquote>
      )}
      <p>
        {!entry.deleted && (
          <Choice onChoose={() => onRetry(clientId)}>{isConflict ? t.change.useMine : t.tryAgain}</Choice>
        )}
        <Choice onChoose={() => onDiscard(clientId)}>
          {isConflict ? t.change.keepPresent : kind === 'edit' ? t.discard : t.change.keep}
        </Choice>
      </p>
    </div>
  );
}

function Choice({ onChoose, children }: { onChoose: () => void; children: ReactNode }) {
  return (
    <Button look="text" onClick={onChoose}>
      {children}
    </Button>
  );
}

function reasonOf(t: Texts['messages']['change'], { kind, error }: EntryChange, isDeleted: boolean): string {
  const told = kind === 'edit' ? t.notSaved : t.notDeleted;
  if (error === undefined) return told('');
  if (isDeleted) return told(t.goneMeanwhile);
  if (error.code === 'conflict') return told(t.conflict);
  return told(error.code === 'forbidden' ? t.locked : explain(error));
}
