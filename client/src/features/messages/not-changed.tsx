import type { Entry, EntryChange } from '@app/client';
import type { ReactNode } from 'react';
import { Button } from '../../components/button';
import { WarningIcon } from '../../components/icons';
import { explain } from '../../lib/errors';
import { useTexts } from '../../lib/texts';
import { type MoreTexts, useMoreTexts } from '../../lib/texts/more';
import styles from './message-change.module.css';

interface NotChangedProps {
  entry: Entry;
  change: EntryChange;
  onRetry: (clientId: string) => void;
  onDiscard: (clientId: string) => void;
}

/** Why a change was refused, and what can be done about it. */
export default function NotChanged({ entry, change, onRetry, onDiscard }: NotChangedProps) {
  const { messages: t } = useTexts();
  const { notChanged: said } = useMoreTexts();
  const { clientId, kind, text } = change;
  const isConflict = change.error?.code === 'conflict';
  const why = reasonOf(said, change, entry.deleted && t.change.goneMeanwhile);
  return (
    <div className={styles.failed}>
      <p>
        <WarningIcon />
        <span>{why}</span>
      </p>
      {text !== undefined && (
        <blockquote aria-label={said.yours} dir="auto">
          {text}
        </blockquote>
      )}
      <p>
        {!entry.deleted && <Choice onChoose={() => onRetry(clientId)}>{isConflict ? said.useMine : t.tryAgain}</Choice>}
        <Choice onChoose={() => onDiscard(clientId)}>
          {isConflict ? said.keepPresent : kind === 'edit' ? t.discard : t.change.keep}
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

function reasonOf(t: MoreTexts['notChanged'], { kind, error }: EntryChange, gone: string | undefined): string {
  const told = kind === 'edit' ? t.notSaved : t.notDeleted;
  if (error === undefined) return told('');
  if (gone) return told(gone);
  if (error.code === 'conflict') return told(t.conflict);
  return told(error.code === 'forbidden' ? t.locked : explain(error));
}
