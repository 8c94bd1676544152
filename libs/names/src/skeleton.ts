import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

let prototypes: ReadonlyMap<string, string> | undefined;

/** Each character that looks like others → those. */
function readPrototypes(): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  const characters = (hex: string) => hex.split(' ').map((point) => String.fromCodePoint(Number.parseInt(point, 16)));
  for (const line of readFileSync(join(__dirname, 'confusables.txt'), 'utf8').split('\n')) {
    const [target, sources] = line.split(' < ');
    if (!target || !sources || line.startsWith('#')) continue;
    for (const source of characters(sources)) read.set(source, characters(target).join(''));
  }
  return read;
}

/** Each listed character replaced by what it looks like, once. */
export function replaceConfusables(text: string): string {
  prototypes ??= readPrototypes();
  let mapped = '';
  for (const char of text) mapped += prototypes.get(char) ?? char;
  return mapped;
}

/** The skeleton of UTS #39: texts that look alike have the same. It is no text to show. */
export function skeleton(text: string): string {
  const mapped = replaceConfusables(text.normalize('NFD').replace(IGNORABLE, '')).normalize('NFD');
  // What was decomposed just now, Hangul say, may look like more.
  return mapped === text ? mapped : skeleton(mapped);
}
