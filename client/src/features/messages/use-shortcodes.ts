import { type KeyboardEvent, useRef, useState } from 'react';
import { isComposing } from '../../lib/keys';
import { useLocale } from '../../lib/texts';
import { type Emoji, type EmojiData, loadEmoji, searchEmoji } from './emoji';
import { closeCode, openCode, replaceCodes } from './shortcodes';

const MOST = 6;

interface Suggestions {
  /** What is there of the name. */
  word: string;
  emoji: readonly Emoji[];
  /** Index of the one that Enter takes. */
  active: number;
  /** Where the name's colon is in the text. */
  at: number;
  caret: number;
}

/**
 * Emoji for names in colons as one writes them.
 * @param replace puts something in the place of a part of the text; the caret comes after it
 */
export function useShortcodes(replace: (from: number, to: number, by: string) => void) {
  const locale = useLocale();
  const data = useRef<EmojiData>(undefined);
  /** Counts what was written: an answer to what stood there before means nothing. */
  const turn = useRef(0);
  const [suggestions, setSuggestions] = useState<Suggestions>();

  const close = () => {
    turn.current++;
    setSuggestions(undefined);
  };

  /** Something was written. @returns what stands there instead, if a name was completed */
  const onText = (text: string, caret: number) => {
    const mine = ++turn.current;
    const closed = data.current && closeCode(text, caret, data.current.byCode);
    const open = closed === undefined ? openCode(text, caret) : undefined;
    if (open === undefined) {
      setSuggestions(undefined);
      return closed;
    }
    loadEmoji(locale).then(
      (loaded) => {
        data.current = loaded;
        if (mine !== turn.current) return;
        const emoji = searchEmoji(loaded, open.word, MOST);
        setSuggestions(emoji.length === 0 ? undefined : { word: open.word, emoji, active: 0, at: open.at, caret });
      },
      // The name then stays a name.
      () => undefined,
    );
    return undefined;
  };

  const choose = (emoji: Emoji) => {
    if (suggestions) replace(suggestions.at, suggestions.caret, emoji.emoji);
    close();
  };

  /** @returns whether the key was for the suggestions */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (suggestions === undefined || isComposing(event.nativeEvent)) return false;
    const { emoji, active } = suggestions;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const chosen = emoji[active];
    if (step !== undefined) {
      setSuggestions({ ...suggestions, active: (active + step + emoji.length) % emoji.length });
    } else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && chosen) {
      choose(chosen);
    } else if (event.key === 'Escape') {
      close();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  };

  /** A text that is sent, with emoji for the names that are still in it. */
  const finish = (text: string) => (data.current ? replaceCodes(text, data.current.byCode) : text);

  return { suggestions, onText, onKeyDown, choose, close, finish };
}
