import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from 'react';
import { IconButton } from '../../components/button';
import { SendIcon } from '../../components/icons';
import { useTexts } from '../../lib/texts';
import styles from './composer.module.css';

/** From here on the rest is counted. */
const COUNT_FROM = 200;

interface ComposerProps {
  /** Who reads it: the room's name. */
  to: string;
  field: RefObject<HTMLTextAreaElement | null>;
  /** The text it starts with. */
  draft: string;
  /** In characters (code points). */
  maxLength: number;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
}

/** Where one writes. Enter sends, Shift-Enter breaks the line. */
export function Composer({ to, field, draft, maxLength, onDraft, onSend }: ComposerProps) {
  const t = useTexts().messages;
  const [text, setText] = useState(draft);
  const message = withoutEdges(text);
  const left = maxLength - [...message].length;

  const change = (next: string) => {
    setText(next);
    onDraft(next);
  };

  const send = () => {
    if (message === '' || left < 0) return;
    onSend(message);
    change('');
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter chooses a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  useGrowth(field);

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={styles.box}>
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          aria-label={t.messageTo(to)}
          aria-invalid={left < 0}
          placeholder={t.messageTo(to)}
          enterKeyHint="send"
          dir="auto"
          value={text}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton type="submit" label={t.send} className={styles.send} disabled={message === '' || left < 0}>
          <SendIcon />
        </IconButton>
      </div>
      <p className={styles.count} aria-live="polite" data-over={left < 0}>
        {left < 0 && t.tooLong(`${-left}`)}
        {left >= 0 && left < COUNT_FROM && t.left(left)}
      </p>
    </form>
  );
}

/** Blank lines around a message are accidents; spaces that indent its first line are not. */
function withoutEdges(text: string): string {
  return text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

/** Makes the field as high as its text, where CSS cannot. */
function useGrowth(field: RefObject<HTMLTextAreaElement | null>): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  });
}
