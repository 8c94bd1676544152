import type { Entry } from '@app/client';
import { memo, useId } from 'react';
import { Avatar } from '../../components/avatar';
import { Boundary } from '../../components/boundary';
import { Button } from '../../components/button';
import { ClockIcon, WarningIcon } from '../../components/icons';
import { explain } from '../../lib/errors';
import { useTexts } from '../../lib/texts';
import { exactTimeOf, timeOf, toDate } from '../../lib/time';
import styles from './message-line.module.css';
import { MessageText } from './message-text';

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
  onRetry: (clientId: string) => void;
  onDiscard: (clientId: string) => void;
}

/** One message with what stands above and beside it. */
export const MessageLine = memo(function MessageLine(props: MessageLineProps) {
  const { entry, index, isNew, startsGroup, day, name, own, tabStop, onFocus } = props;
  const t = useTexts().messages;
  const date = toDate(entry.date);
  const text = useId();
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
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => onFocus(entry.key, index)}
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
          <Boundary of={entry.message} instead={<p dir="auto">{entry.message}</p>}>
            <MessageText text={entry.message} />
          </Boundary>
        </div>
        {entry.state === 'sending' && (
          <span className={styles.sending} role="img" aria-label={t.sending}>
            <ClockIcon />
          </span>
        )}
        {entry.state === 'failed' && <Failed {...props} />}
        <time className={styles.exact} dateTime={date.toISOString()} title={exactTimeOf(entry.date)} aria-hidden="true">
          {timeOf(entry.date)}
        </time>
      </article>
    </>
  );
});

function Failed({ entry, onRetry, onDiscard }: MessageLineProps) {
  const t = useTexts().messages;
  const { clientId } = entry;
  return (
    <p className={styles.failed}>
      <WarningIcon />
      <span>{t.notSent(entry.error ? explain(entry.error) : '')}</span>
      {clientId !== undefined && (
        <>
          <Button look="text" onClick={() => onRetry(clientId)}>
            {t.retry}
          </Button>
          <Button look="text" onClick={() => onDiscard(clientId)}>
            {t.discard}
          </Button>
        </>
      )}
    </p>
  );
}
