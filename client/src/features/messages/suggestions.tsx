import { useTexts } from '../../lib/texts';
import type { Emoji } from './emoji';
import styles from './suggestions.module.css';

interface SuggestionsProps {
  id: string;
  word: string;
  emoji: readonly Emoji[];
  active: number;
  onChoose: (emoji: Emoji) => void;
}

/** Emoji that fit the name one is writing; the keys are heard by the text field. */
export function Suggestions({ id, word, emoji, active, onChoose }: SuggestionsProps) {
  const t = useTexts().messages.emoji;
  return (
    <div id={id} role="listbox" aria-label={t.suggestions} className={styles.list}>
      {emoji.map((one, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text field has the focus and says which is active
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text field hears the keys
        <div
          key={one.emoji}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={styles.one}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(one)}
        >
          <span aria-hidden="true">{one.emoji}</span>
          <span className="one-line">{nameOf(one, word)}</span>
        </div>
      ))}
    </div>
  );
}

/** What it is called between colons, if possible as one has begun to write. */
function nameOf({ codes, label }: Emoji, word: string): string {
  const code = codes.find((code) => code.startsWith(word.toLowerCase())) ?? codes[0];
  return code === undefined ? label : `:${code}:`;
}
