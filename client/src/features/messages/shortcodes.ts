/** Where a name in colons may begin: `10:30:45` and `a::b` have none. */
const OPEN = /(?:^|[\s(])(:[\w+-]{2,})$/;
const CLOSED = /(?:^|[\s(]):([\w+-]+):$/;
const ALL = /(^|[\s(]):([\w+-]+):(?=$|[\s).,!?])/g;

/** A name that is being written: what is there of it, and where its colon is. */
export interface OpenCode {
  word: string;
  at: number;
}

/** The name that ends at the caret, without its closing colon. */
export function openCode(text: string, caret: number): OpenCode | undefined {
  const word = OPEN.exec(text.slice(0, caret))?.[1];
  return word === undefined ? undefined : { word: word.slice(1), at: caret - word.length };
}

/** The text with its emoji for the name whose closing colon was just written at the caret. */
export function closeCode(
  text: string,
  caret: number,
  byCode: ReadonlyMap<string, string>,
): { text: string; caret: number } | undefined {
  const code = CLOSED.exec(text.slice(0, caret))?.[1];
  const emoji = code === undefined ? undefined : byCode.get(code.toLowerCase());
  if (code === undefined || emoji === undefined) return undefined;
  const at = caret - code.length - 2;
  return { text: text.slice(0, at) + emoji + text.slice(caret), caret: at + emoji.length };
}

/** A text with emoji for all names in it; one with code is left as it is. */
export function replaceCodes(text: string, byCode: ReadonlyMap<string, string>): string {
  if (text.includes('`')) return text;
  return text.replace(ALL, (whole, before: string, code: string) => {
    const emoji = byCode.get(code.toLowerCase());
    return emoji === undefined ? whole : before + emoji;
  });
}
