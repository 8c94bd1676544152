import {
  type KeyboardEvent,
  lazy,
  type RefObject,
  Suspense,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { IconButton } from '../../components/button';
import { CheckIcon, EditIcon, SendIcon, SmileIcon } from '../../components/icons';
import { isolated } from '../../lib/bidi';
import { isComposing, useKeys } from '../../lib/keys';
import { useTexts } from '../../lib/texts';
import styles from './composer.module.css';
import { ComposerNote } from './composer-note';
import { Suggestions } from './suggestions';
import type { EditTarget } from './use-editing';
import { usePasting } from './use-pasting';
import { useShortcodes } from './use-shortcodes';

const EmojiPicker = lazy(() => import('./emoji-picker'));

/** From here on the rest is counted. */
const COUNT_FROM = 200;

/** Whoever wrote something so lately is writing still. */
const WRITING_MS = 2000;

interface ComposerProps {
  /** Who reads it: the room's name. */
  to: string;
  field: RefObject<HTMLTextAreaElement | null>;
  /** The text it starts with. */
  draft: string;
  /** In characters (code points). */
  maxLength: number;
  onDraft: (text: string) => void;
  /** Hears what another tab makes of the text. @returns what ends it */
  watchDraft: (changed: (text: string) => void) => () => void;
  onSend: (text: string) => void;
  /** Takes up one's last message here. @returns the text of one that was refused, which is to be written anew */
  onRecall: () => string | undefined;
  /** A message that is being edited, in place of writing another; what was written waits. */
  editing?: EditTarget;
  /** It is to have this text, which is not saved yet. */
  onEdit: (text: string) => void;
  /** It has this text. */
  onEdited: (text: string) => void;
  /** It stays as it is. */
  onLeave: () => void;
}

/** Where one writes. Enter sends, Shift-Enter breaks the line. */
export function Composer(props: ComposerProps) {
  const { to, field, draft, maxLength, onDraft, watchDraft, onSend, onRecall, editing, onEdit, onEdited, onLeave } =
    props;
  const t = useTexts().messages;
  const [written, setWritten] = useState(draft);
  const [edit, setEdit] = useState<Pick<EditTarget, 'key' | 'text'>>();
  if (editing?.key !== edit?.key) setEdit(editing && { key: editing.key, text: editing.text });
  const text = edit?.text ?? written;
  const message = withoutEdges(text);
  const left = maxLength - [...message].length;
  /** The text with something where the caret is, or in the place of what is selected. */
  const textWith = (what: string) => {
    const { selectionStart: from = text.length, selectionEnd: to = text.length } = field.current ?? {};
    return text.slice(0, from) + what + text.slice(to);
  };

  /** When somebody last wrote here, by `performance.now()`. */
  const wroteAt = useRef(-Infinity);
  const change = (next: string) => {
    if (edit) {
      setEdit({ ...edit, text: next });
      onEdit(next);
      return;
    }
    wroteAt.current = performance.now();
    setWritten(next);
    onDraft(next);
  };

  const watch = useEffectEvent(watchDraft);
  const apply = useEffectEvent((next: string) => {
    if (performance.now() - wroteAt.current > WRITING_MS) setWritten(next);
  });
  useEffect(() => watch((next) => apply(next)), []);

  const caret = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  const replace = (from: number, to: number, by: string) => {
    caret.current = from + by.length;
    change(text.slice(0, from) + by + text.slice(to));
  };
  /** Writes something where the caret is, or in the place of what is selected. */
  const insert = (what: string) => {
    replace(field.current?.selectionStart ?? text.length, field.current?.selectionEnd ?? text.length, what);
    field.current?.focus();
  };

  const codes = useShortcodes(replace);
  const [picking, setPicking] = useState(false);

  const canSend = left >= 0 && (editing ? !editing.isGone : message !== '');
  const leave = () => {
    onLeave();
    codes.close();
    field.current?.focus();
  };
  const send = () => {
    if (!canSend) return;
    if (editing) {
      onEdited(codes.finish(message));
      codes.close();
      field.current?.focus();
      return;
    }
    onSend(codes.finish(message));
    change('');
    codes.close();
    field.current?.focus();
  };

  /** The last message, which stands in the field again. */
  const [recalled, setRecalled] = useState<string>();
  const isAgain = recalled !== undefined && recalled === text;
  const recall = () => {
    const last = onRecall();
    if (last === undefined) return;
    setRecalled(last);
    change(last);
    selectAll.current = true;
  };
  const selectAll = useRef(false);
  useLayoutEffect(() => {
    if (selectAll.current) field.current?.select();
    selectAll.current = false;
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (codes.onKeyDown(event)) return;
    const isPlain = !(
      event.shiftKey ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      isComposing(event.nativeEvent)
    );
    if (isPlain && event.key === 'Escape' && editing) {
      event.preventDefault();
      leave();
      return;
    }
    if (isPlain && !editing && ((event.key === 'ArrowUp' && text === '') || (event.key === 'Escape' && isAgain))) {
      event.preventDefault();
      if (isAgain) change('');
      else recall();
      return;
    }
    // While an input method composes, Enter chooses a candidate.
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    send();
  };

  useKeys((event) => {
    if (event.key.toLowerCase() !== 'e' || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    setPicking(true);
  });

  const pasting = usePasting({
    field,
    extraWith: (what) => [...withoutEdges(textWith(what))].length - maxLength,
    insert,
  });

  const list = useId();
  const { suggestions } = codes;

  useGrowth(field);

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {editing && (
        <ComposerNote
          role="status"
          says={editing.isGone ? t.change.goneMeanwhile : t.change.editing}
          icon={<EditIcon />}
          choices={[[t.change.cancel, leave]]}
        />
      )}
      {pasting.notes}
      <div className={styles.box}>
        {suggestions && (
          <Suggestions
            id={list}
            word={suggestions.word}
            emoji={suggestions.emoji}
            active={suggestions.active}
            onChoose={codes.choose}
          />
        )}
        {picking && (
          <Suspense>
            <EmojiPicker
              onChoose={(emoji) => {
                setPicking(false);
                insert(emoji);
              }}
              onClose={(focus) => {
                setPicking(false);
                if (focus) field.current?.focus();
              }}
            />
          </Suspense>
        )}
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          aria-label={editing ? t.change.field : t.messageTo(isolated(to))}
          aria-invalid={left < 0}
          placeholder={t.messageTo(isolated(to))}
          enterKeyHint={editing ? 'done' : 'send'}
          dir="auto"
          value={text}
          aria-autocomplete="list"
          aria-controls={suggestions && list}
          aria-activedescendant={suggestions && `${list}-${suggestions.active}`}
          onChange={({ target }) => {
            const closed = codes.onText(target.value, target.selectionStart);
            caret.current = closed?.caret;
            change(closed?.text ?? target.value);
            pasting.clear();
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => pasting.onPaste(event.nativeEvent)}
          onBlur={codes.close}
        />
        <IconButton
          label={t.emoji.title}
          className={styles.pick}
          aria-haspopup="dialog"
          aria-expanded={picking}
          // Else the focus would leave the picker, which closes it, and the click would open it again.
          onMouseDown={(event) => picking && event.preventDefault()}
          onClick={() => setPicking(!picking)}
        >
          <SmileIcon />
        </IconButton>
        <IconButton type="submit" label={editing ? t.change.save : t.send} className={styles.send} disabled={!canSend}>
          {editing ? <CheckIcon /> : <SendIcon />}
        </IconButton>
      </div>
      <p className={styles.count} aria-live="polite" data-over={left < 0}>
        {left < 0 ? t.tooLong(`${-left}`) : isAgain ? t.again : left < COUNT_FROM && t.left(left)}
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
