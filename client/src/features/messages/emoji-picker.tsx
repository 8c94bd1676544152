import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react';
import { isComposing } from '../../lib/keys';
import { useLocale, useTexts } from '../../lib/texts';
import { type Emoji, type EmojiData, GROUPS, loadEmoji, searchEmoji } from './emoji';
import styles from './emoji-picker.module.css';

const COLUMNS = 8;
const MOST = 64;

interface EmojiPickerProps {
  onChoose: (emoji: string) => void;
  /** @param focus the focus is to go back to where it was */
  onClose: (focus: boolean) => void;
}

/** All emoji by kind, and a field to find one. The arrow keys walk, Enter chooses, Esc closes. */
export default function EmojiPicker({ onChoose, onClose }: EmojiPickerProps) {
  const t = useTexts().messages.emoji;
  const locale = useLocale();
  const id = useId();
  const [data, setData] = useState<EmojiData | 'failed'>();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState({ row: 0, column: 0 });

  useEffect(() => {
    let isCurrent = true;
    loadEmoji(locale)
      .catch(() => 'failed' as const)
      .then((loaded) => {
        if (isCurrent) setData(loaded);
      });
    return () => {
      isCurrent = false;
    };
  }, [locale]);

  const sections = useMemo(
    () => (data === undefined || data === 'failed' ? [] : toSections(data, query.trim())),
    [data, query],
  );
  const rows = sections.flatMap((section) => section.rows);
  const chosen = rows[at.row]?.[at.column];
  const idOf = (emoji: Emoji | undefined) => emoji && `${id}-${emoji.emoji}`;

  useEffect(() => {
    if (chosen) document.getElementById(`${id}-${chosen.emoji}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const next = { ...at };
    if (event.key === 'Escape') onClose(true);
    else if (event.key === 'Enter') chosen && onChoose(chosen.emoji);
    else if (event.key === 'ArrowDown') next.row++;
    else if (event.key === 'ArrowUp') next.row--;
    else if (event.key === 'ArrowRight') next.column++;
    else if (event.key === 'ArrowLeft') next.column--;
    else return;
    event.preventDefault();
    setAt(walk(rows, next, event.key === 'ArrowRight'));
  };

  return (
    <div
      className={styles.picker}
      role="dialog"
      aria-label={t.title}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onClose(false);
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: one opened it to choose
        autoFocus
        className={styles.search}
        role="combobox"
        aria-label={t.search}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={idOf(chosen)}
        placeholder={t.search}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt({ row: 0, column: 0 });
        }}
        onKeyDown={onKeyDown}
      />
      {/* A click chooses; the focus stays in the field. */}
      <div id={`${id}-list`} className={styles.list} role="listbox" aria-label={t.title}>
        {data === 'failed' && <p className={styles.nothing}>{t.failed}</p>}
        {data !== undefined && data !== 'failed' && rows.length === 0 && <p className={styles.nothing}>{t.nothing}</p>}
        {sections.map(({ group, rows }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options
          <div key={group} role="group" aria-label={group < 0 ? t.found : t.groups[group]} className={styles.section}>
            <div className={styles.kind} aria-hidden="true">
              {group < 0 ? t.found : t.groups[group]}
            </div>
            <div className={styles.grid} role="presentation">
              {rows.flat().map((emoji) => (
                // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and says which is active
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field hears the keys
                <div
                  key={emoji.emoji}
                  id={idOf(emoji)}
                  role="option"
                  aria-selected={emoji === chosen}
                  aria-label={emoji.label}
                  title={emoji.codes[0] === undefined ? emoji.label : `${emoji.label} :${emoji.codes[0]}:`}
                  className={styles.emoji}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => onChoose(emoji.emoji)}
                >
                  {emoji.emoji}
                </div>
              ))}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

interface Section {
  /** -1: what was found. */
  group: number;
  rows: Emoji[][];
}

function toSections(data: EmojiData, query: string): Section[] {
  if (query !== '') {
    const found = searchEmoji(data, query, MOST);
    return found.length === 0 ? [] : [{ group: -1, rows: inRows(found) }];
  }
  return GROUPS.map((group) => ({ group, rows: inRows(data.all.filter((emoji) => emoji.group === group)) }));
}

function inRows(all: readonly Emoji[]): Emoji[][] {
  const count = Math.ceil(all.length / COLUMNS);
  return Array.from({ length: count }, (_, row) => all.slice(row * COLUMNS, (row + 1) * COLUMNS));
}

/** The nearest place there is: beyond the end of a row is the next one. */
function walk(rows: readonly Emoji[][], { row, column }: { row: number; column: number }, isStep: boolean) {
  let [toRow, toColumn] = [row, column];
  const length = rows[row]?.length ?? COLUMNS;
  if (column < 0) [toRow, toColumn] = [row - 1, COLUMNS];
  else if (isStep && column >= length) [toRow, toColumn] = [row + 1, 0];
  toRow = Math.max(0, Math.min(toRow, rows.length - 1));
  return { row: toRow, column: Math.max(0, Math.min(toColumn, (rows[toRow]?.length ?? 1) - 1)) };
}
