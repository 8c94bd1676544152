/** One emoji as it can be found and chosen. */
export interface Emoji {
  emoji: string;
  /** What it shows, in the language wanted. */
  label: string;
  /** Words for it. */
  tags: string[];
  /** What it is called between colons, the usual name first. */
  codes: string[];
  group: number;
}

export interface EmojiData {
  all: readonly Emoji[];
  byCode: ReadonlyMap<string, string>;
}

/** As emojibase counts them; hair and skin alone (2) are none to choose. */
export const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;

interface Compact {
  hexcode: string;
  unicode: string;
  label: string;
  tags?: string[];
  group?: number;
}

const loading = new Map<string, Promise<EmojiData>>();

/** Fetches the emoji with their names in a language, once. @param locale `de` or `de-AT`; what is not there is English */
export function loadEmoji(locale: string): Promise<EmojiData> {
  const language = locale.startsWith('de') ? 'de' : 'en';
  const known = loading.get(language);
  if (known) return known;
  const data = fetchEmoji(language);
  loading.set(language, data);
  // Next time it may work.
  data.catch(() => loading.delete(language));
  return data;
}

async function fetchEmoji(language: 'de' | 'en'): Promise<EmojiData> {
  const [{ default: list }, { default: codes }] = await Promise.all([
    language === 'de' ? import('emojibase-data/de/compact.json') : import('emojibase-data/en/compact.json'),
    import('emojibase-data/en/shortcodes/github.json'),
  ]);
  const byHexcode = codes as Record<string, string | string[]>;
  const all = (list as Compact[]).flatMap(({ hexcode, unicode, label, tags = [], group }): Emoji[] =>
    group === undefined || group === 2
      ? []
      : [{ emoji: unicode, label, tags, codes: [byHexcode[hexcode] ?? []].flat(), group }],
  );
  return { all, byCode: new Map(all.flatMap(({ emoji, codes }) => codes.map((code) => [code, emoji] as const))) };
}

/** The emoji that a word may mean, those whose name begins with it first. */
export function searchEmoji({ all }: EmojiData, word: string, most: number): Emoji[] {
  const wanted = word.toLocaleLowerCase();
  const ranks = all.map((emoji): [number, Emoji] => [rank(emoji, wanted), emoji]).filter(([rank]) => rank < Infinity);
  return ranks
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, emoji]) => emoji);
}

function rank({ codes, label, tags }: Emoji, word: string): number {
  if (codes.includes(word)) return 0;
  // The shorter a name that begins so, the likelier it is the one.
  const begins = codes.filter((code) => code.startsWith(word)).map((code) => code.length);
  if (begins.length > 0) return 2 - 1 / Math.min(...begins);
  if (label.toLocaleLowerCase().startsWith(word)) return 2;
  if (tags.some((tag) => tag.toLocaleLowerCase().startsWith(word))) return 3;
  return codes.some((code) => code.includes(word)) || label.toLocaleLowerCase().includes(word) ? 4 : Infinity;
}
