import { splitLinks } from './links';

/** A part of a line. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'strong' | 'em'; content: Inline[] };

/** What may stand before a mark that opens, and after one that closes; so `snake_case`, `2*3*4` and `a/**` have none. */
const BEFORE =
  /[\s\p{Ps}\p{Pi}\p{Pd}"'>*_\p{Extended_Pictographic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;
const AFTER =
  /^[\s\p{Pe}\p{Pf}\p{Pd}.,;:!?…"'“”<*_\p{Extended_Pictographic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。，]/u;
const RUNS = /\*+|_+/g;
const MARKS = new Set(['*', '**', '***', '_']);

/** Reads the marks within one line. */
export function parseLine(line: string): Inline[] {
  const parts: Inline[] = [];
  for (const piece of splitCode(line)) {
    if (piece.isCode) {
      parts.push({ kind: 'code', text: piece.text });
      continue;
    }
    for (const { text, href } of splitLinks(piece.text)) {
      if (href !== undefined) parts.push({ kind: 'link', text, href });
      else if (text !== '') parts.push({ kind: 'text', text });
    }
  }
  return emphasise(parts);
}

/** Parts a line at its code: what stands between two runs of equally many backticks. */
function splitCode(line: string): { text: string; isCode: boolean }[] {
  const runs = [...line.matchAll(/`+/g)];
  /** Where the next run of the same length is, by the index of a run. */
  const next = new Map<number, number>();
  const last = new Map<number, number>();
  for (let index = runs.length - 1; index >= 0; index--) {
    const length = runs[index]?.[0].length ?? 0;
    const following = last.get(length);
    if (following !== undefined) next.set(index, following);
    last.set(length, index);
  }
  const pieces: { text: string; isCode: boolean }[] = [];
  let end = 0;
  for (let index = 0; index < runs.length; index++) {
    const closing = next.get(index);
    const [open, close] = [runs[index], closing === undefined ? undefined : runs[closing]];
    if (!open || !close || closing === undefined) continue;
    const text = line.slice(open.index + open[0].length, close.index);
    if (text.trim() === '') continue;
    pieces.push({ text: line.slice(end, open.index), isCode: false }, { text, isCode: true });
    end = close.index + close[0].length;
    index = closing;
  }
  pieces.push({ text: line.slice(end), isCode: false });
  return pieces;
}

/** Finds the marks in the text among the parts, and puts together what stands between two that belong together. */
function emphasise(parts: readonly Inline[]): Inline[] {
  const out: Inline[] = [];
  /** Where the latest open mark of each kind is: an earlier one of the same kind is text. So nothing nests in its like. */
  const open = new Map<string, number>();

  const wrap = (mark: string, from: number): void => {
    const [, ...content] = out.splice(from);
    for (const [other, at] of open) if (at >= from) open.delete(other);
    const inner: Inline = { kind: mark.length === 1 ? 'em' : 'strong', content };
    out.push(mark.length === 3 ? { kind: 'em', content: [inner] } : inner);
  };

  parts.forEach((part, index) => {
    if (part.kind !== 'text') {
      out.push(part);
      return;
    }
    const { text } = part;
    let end = 0;
    for (const { 0: mark, index: at } of text.matchAll(RUNS)) {
      if (!MARKS.has(mark)) continue;
      const before = at > 0 ? charBefore(text, at) : edge(parts[index - 1]);
      const after = text.slice(at + mark.length, at + mark.length + 2) || edge(parts[index + 1]);
      const opens = !/^\s|^$/.test(after) && (before === '' || BEFORE.test(before));
      const closes = !/\s$|^$/.test(before) && (after === '' || AFTER.test(after));
      const opened = closes ? open.get(mark) : undefined;
      if (opened === undefined && !opens) continue;
      if (at > end) out.push({ kind: 'text', text: text.slice(end, at) });
      end = at + mark.length;
      if (opened !== undefined) {
        wrap(mark, opened);
      } else {
        open.set(mark, out.length);
        out.push({ kind: 'text', text: mark });
      }
    }
    if (end < text.length) out.push({ kind: 'text', text: text.slice(end) });
  });
  return joined(out);
}

const charBefore = (text: string, at: number): string => text.slice(Math.max(0, at - 2), at);

/** What a mark next to a link or to code sees there: something to emphasise, and no word that it could be part of. */
const edge = (neighbour: Inline | undefined): string => (neighbour === undefined ? '' : '*');

/** Puts texts side by side into one. */
function joined(parts: readonly Inline[]): Inline[] {
  const out: Inline[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.kind === 'text' && last?.kind === 'text')
      out[out.length - 1] = { kind: 'text', text: last.text + part.text };
    else out.push('content' in part ? { ...part, content: joined(part.content) } : part);
  }
  return out;
}
