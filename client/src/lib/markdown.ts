import { balanced } from './bidi';
import { type Inline, parseLine } from './markdown-line';

export type { Inline };

/** A part of a message, from top to bottom. */
export type Block =
  /** Lines as they are; a line break is part of the text. */
  | { kind: 'text'; content: Inline[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'quote'; content: Block[] }
  | { kind: 'list'; ordered: boolean; items: Item[] };

export interface Item {
  /** In an ordered list, as it was written. */
  number: number | undefined;
  content: Inline[];
}

const FENCE = '```';
const QUOTED = /^>(?: |$)/;
const BULLETED = /^[-*] (?=\S)/;
const NUMBERED = /^(0|[1-9]\d{0,8})\. (?=\S)/;
const LANGUAGE = /^[\w+#.-]*$/;
/** A quote in a quote further in is shown as it was written. */
const MAX_DEPTH = 3;

/**
 * Reads the few marks a message may have: `**bold**`, `*italic*`, `` `code` ``, code blocks, quotes, lists, web addresses.
 * What is not clearly one of them stays as it was written. Takes time in proportion to the text, whatever it is.
 */
export function parseMarkdown(text: string): Block[] {
  return parseBlocks(text, 0);
}

/** What is left of a message without its marks. */
export function toPlainText(text: string): string {
  return balanced(parseMarkdown(text).map(plainBlock).join('\n'));
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return plainInline(block.content);
    case 'code':
      return block.text;
    case 'quote':
      return block.content.map(plainBlock).join('\n');
    case 'list':
      return block.items.map(({ content }) => plainInline(content)).join('\n');
  }
}

function plainInline(content: readonly Inline[]): string {
  return content.map((part) => ('content' in part ? plainInline(part.content) : part.text)).join('');
}

function parseBlocks(text: string, depth: number): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let at = 0;

  const flush = () => {
    const content = parseLines(blocks.length > 0 ? withoutBlank(lines) : lines);
    lines = [];
    if (content.length > 0) blocks.push({ kind: 'text', content });
  };
  const push = (block: Block) => {
    lines = withoutBlank(lines);
    flush();
    blocks.push(block);
  };
  /** The lines from here on, as long as they fit. */
  const take = (fits: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (at <= text.length) {
      const line = lineAt(text, at);
      if (!fits(line)) break;
      taken.push(line);
      at += line.length + 1;
    }
    return taken;
  };

  const lastFence = text.lastIndexOf(FENCE);
  while (at <= text.length) {
    const line = lineAt(text, at);
    if (line.startsWith(FENCE) && at + FENCE.length <= lastFence) {
      const end = text.indexOf(FENCE, at + FENCE.length);
      if (end > at + line.length) {
        push(codeBlock(text.slice(at + FENCE.length, end)));
        at = end + FENCE.length;
        if (text[at] === '\n') at++;
        else if (at === text.length) break;
        continue;
      }
    }
    if (depth < MAX_DEPTH && line.startsWith('> ')) {
      const quoted = take((next) => QUOTED.test(next)).map((next) => next.slice(2));
      push({ kind: 'quote', content: parseBlocks(quoted.join('\n'), depth + 1) });
      continue;
    }
    const mark = [BULLETED, NUMBERED].find((mark) => mark.test(line));
    if (mark) {
      const items = take((next) => mark.test(next)).map((next) => parseItem(next, mark));
      push({ kind: 'list', ordered: mark === NUMBERED, items });
      continue;
    }
    lines.push(line);
    at += line.length + 1;
  }
  if (blocks.length > 0) lines = withoutBlank(lines);
  flush();
  return blocks;
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.slice(at) : text.slice(at, end);
}

function parseItem(line: string, mark: RegExp): Item {
  const [start = '', number] = mark.exec(line) ?? [];
  return { number: number === undefined ? undefined : Number(number), content: parseLine(line.slice(start.length)) };
}

/** What stands between the fences: code, after the name of its language if the first line is no more than that. */
function codeBlock(inside: string): Block {
  const [first = '', ...rest] = inside.split('\n');
  const language = LANGUAGE.test(first.trim()) ? first.trim() : '';
  const code = language === '' && first.trim() !== '' ? inside : rest.join('\n');
  return { kind: 'code', language, text: code.replace(/\n$/, '') };
}

/** Blank lines next to a block are its margin. */
function withoutBlank(lines: readonly string[]): string[] {
  let [start, end] = [0, lines.length];
  while (start < end && lines[start]?.trim() === '') start++;
  while (end > start && lines[end - 1]?.trim() === '') end--;
  return lines.slice(start, end);
}

function parseLines(lines: readonly string[]): Inline[] {
  return lines.flatMap((line, index) => [
    ...(index > 0 ? [{ kind: 'text', text: '\n' } as const] : []),
    ...parseLine(line),
  ]);
}
