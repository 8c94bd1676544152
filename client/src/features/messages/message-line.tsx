import type { Entry } from '@app/client';
import { type FocusEvent, lazy, memo, Suspense, useId, useState } from 'react';
import { Avatar } from '../../components/avatar';
import { Boundary } from '../../components/boundary';
import { Button } from '../../components/button';
import { ClockIcon, WarningIcon } from '../../components/icons';
import { explain } from '../../lib/errors';
import { useTexts } from '../../lib/texts';
import { exactTimeOf, timeOf, toDate } from '../../lib/time';
import { MessageBar } from './message-bar';
import { Changing, Tombstone } from './message-change';
import styles from './message-line.module.css';
import { MessageText } from './message-text';
import type { Acts } from './use-acts';

/** Few changes are refused. */
const NotChanged = lazy(() => import('./not-changed'));

interface MessageLineProps {
  entry: Entry;
  index: number;
  /** What others wrote since one last read begins here. */
  isNew: boolean;
  startsGroup: boolean;
  /** The separator's text above, where a day begins. */
  day: string | undefined;
  /** `null`: nobody is called so; `undefined`: it is looked up. */
  name: string | null | undefined;
  own: boolean;
  /** Whether the Tab key comes here. */
  tabStop: boolean;
  onFocus: (key: string, index: number) => void;
  /** What can be done with it; always the same object. */
  acts: Acts;
  /** It is what is being edited. */
  isEdited: boolean;
}

/** One message with what stands above and beside it. */
export const MessageLine = memo(function MessageLine(props: MessageLineProps) {
  const { entry, index, isNew, startsGroup, day, name, own, tabStop, onFocus, acts, isEdited } = props;
  const t = useTexts().messages;
  const date = toDate(entry.date);
  const text = useId();
  /** The pointer, or the focus, is here. */
  const [isNear, setNear] = useState({ pointer: false, focus: false });
  const { change } = entry;
  return (
    <>
      {day !== undefined && (
        <h2 className={styles.day}>
          <span>{day}</span>
        </h2>
      )}
      {isNew && (
        // biome-ignore lint/a11y/useSemanticElements: a line with a text in it
        <div role="separator" className={styles.new} aria-label={t.newBegin}>
          <span aria-hidden="true">{t.newLine}</span>
        </div>
      )}
      <article
        className={styles.message}
        data-first={startsGroup}
        data-state={entry.state}
        data-editing={isEdited}
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => {
          onFocus(entry.key, index);
          setNear((near) => (near.focus ? near : { ...near, focus: true }));
        }}
        onBlur={(event: FocusEvent) => {
          if (!event.currentTarget.contains(event.relatedTarget)) setNear((near) => ({ ...near, focus: false }));
        }}
        onPointerEnter={({ pointerType }) => {
          if (pointerType !== 'touch') setNear((near) => ({ ...near, pointer: true }));
        }}
        onPointerLeave={() => setNear((near) => (near.pointer ? { ...near, pointer: false } : near))}
        data-index={index}
        aria-label={t.label(name ?? t.somebody, exactTimeOf(entry.date))}
        aria-describedby={text}
      >
        {startsGroup && (
          <div className={styles.head}>
            <Avatar id={entry.from} name={name ?? ''} />
            <span className={`one-line ${styles.name}`} data-own={own} dir="auto" title={name ?? undefined}>
              {name ?? '\u00a0'}
            </span>
            <time
              className={styles.time}
              hidden={name === undefined}
              dateTime={date.toISOString()}
              title={exactTimeOf(entry.date)}
            >
              {timeOf(entry.date)}
            </time>
          </div>
        )}
        <div id={text} className={styles.text} dir="auto">
          {entry.deleted ? (
            <Tombstone onUndo={change?.state === 'waiting' ? () => acts.undo(entry) : undefined} />
          ) : (
            <Boundary of={entry.message} instead={<p dir="auto">{entry.message}</p>}>
              <MessageText text={entry.message} edited={entry.edited} />
            </Boundary>
          )}
        </div>
        {change?.state === 'sending' && entry.state === 'sent' && <Changing kind={change.kind} />}
        {entry.state === 'sending' && (
          <span className={styles.sending} role="img" aria-label={t.sending}>
            <ClockIcon />
          </span>
        )}
        {entry.state === 'failed' && <Failed {...props} />}
        {change?.state === 'failed' && (
          <Suspense>
            <NotChanged entry={entry} change={change} onRetry={acts.retry} onDiscard={acts.discard} />
          </Suspense>
        )}
        <time className={styles.exact} dateTime={date.toISOString()} title={exactTimeOf(entry.date)} aria-hidden="true">
          {timeOf(entry.date)}
        </time>
        {!entry.deleted && <MessageBar entry={entry} acts={acts} isNear={isNear.pointer || isNear.focus} />}
      </article>
    </>
  );
});

function Failed({ entry, acts }: MessageLineProps) {
  const t = useTexts().messages;
  const { clientId } = entry;
  return (
    <p className={styles.failed}>
      <WarningIcon />
      <span>{t.notSent(entry.error ? explain(entry.error) : '')}</span>
      {clientId !== undefined && (
        <>
          <Button look="text" onClick={() => acts.retry(clientId)}>
            {t.retry}
          </Button>
          <Button look="text" onClick={() => acts.discard(clientId)}>
            {t.discard}
          </Button>
        </>
      )}
    </p>
  );
}
