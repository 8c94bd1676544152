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
import { Button, IconButton } from '../../components/button';
import { SendIcon, SmileIcon } from '../../components/icons';
import { isolated } from '../../lib/bidi';
import { isComposing, useKeys } from '../../lib/keys';
import { useTexts } from '../../lib/texts';
import styles from './composer.module.css';
import { Suggestions } from './suggestions';
import { useElsewhere } from './use-elsewhere';
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
  /** One's last message here; one that was not sent is taken back. */
  onRecall: () => string | undefined;
}

/** Where one writes. Enter sends, Shift-Enter breaks the line. */
export function Composer({ to, field, draft, maxLength, onDraft, watchDraft, onSend, onRecall }: ComposerProps) {
  const t = useTexts().messages;
  const [text, setText] = useState(draft);
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
    wroteAt.current = performance.now();
    setText(next);
    onDraft(next);
  };

  const watch = useEffectEvent(watchDraft);
  const follow = useEffectEvent((next: string) => {
    if (performance.now() - wroteAt.current > WRITING_MS) setText(next);
  });
  useEffect(() => watch((next) => follow(next)), []);

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
  /** A text that is asked about, and by how much it makes the message too long. */
  const [pasted, setPasted] = useState<{ text: string; extra: number }>();

  const send = () => {
    if (message === '' || left < 0) return;
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
    if (isPlain && ((event.key === 'ArrowUp' && text === '') || (event.key === 'Escape' && isAgain))) {
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

  /** What makes a message too long is not put into it unasked. */
  const onPaste = (event: Pick<globalThis.ClipboardEvent, 'clipboardData' | 'preventDefault'>) => {
    const what = event.clipboardData?.getData('text/plain') ?? '';
    if (what === '') {
      if ((event.clipboardData?.files.length ?? 0) === 0) return;
      event.preventDefault();
      setRefused(true);
      return;
    }
    const extra = [...withoutEdges(textWith(what))].length - maxLength;
    if (extra <= 0) return;
    event.preventDefault();
    setPasted({ text: what, extra });
  };
  /** Files were dropped or pasted. */
  const [refused, setRefused] = useState(false);
  useElsewhere({
    onFiles: () => setRefused(true),
    onPaste: (event) => {
      onPaste(event);
      if (event.defaultPrevented) return;
      event.preventDefault();
      insert(event.clipboardData?.getData('text/plain') ?? '');
    },
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
      {pasted !== undefined && (
        <p className={styles.pasted} role="alert">
          <span>{t.pasteTooLong(`${pasted.extra}`)}</span>
          <Button
            look="text"
            onClick={() => {
              insert(pasted.text);
              setPasted(undefined);
            }}
          >
            {t.pasteAnyway}
          </Button>
          <Button
            look="text"
            onClick={() => {
              setPasted(undefined);
              field.current?.focus();
            }}
          >
            {t.pasteNot}
          </Button>
        </p>
      )}
      {refused && (
        <p className={styles.pasted} role="alert">
          <span>{t.noFiles}</span>
          <Button
            look="text"
            onClick={() => {
              setRefused(false);
              field.current?.focus();
            }}
          >
            {t.gotIt}
          </Button>
        </p>
      )}
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
          aria-label={t.messageTo(isolated(to))}
          aria-invalid={left < 0}
          placeholder={t.messageTo(isolated(to))}
          enterKeyHint="send"
          dir="auto"
          value={text}
          aria-autocomplete="list"
          aria-controls={suggestions && list}
          aria-activedescendant={suggestions && `${list}-${suggestions.active}`}
          onChange={({ target }) => {
            const closed = codes.onText(target.value, target.selectionStart);
            caret.current = closed?.caret;
            change(closed?.text ?? target.value);
            setPasted(undefined);
            setRefused(false);
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => onPaste(event.nativeEvent)}
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
        <IconButton type="submit" label={t.send} className={styles.send} disabled={message === '' || left < 0}>
          <SendIcon />
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
