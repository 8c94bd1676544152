import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balanced, isolated } from './bidi';

const [LRE, RLE, PDF, LRO, RLO] = ['\u202A', '\u202B', '\u202C', '\u202D', '\u202E'] as const;
const [LRI, RLI, FSI, PDI] = ['\u2066', '\u2067', '\u2068', '\u2069'] as const;
const controls = fc.constantFrom(LRE, RLE, PDF, LRO, RLO, LRI, RLI, FSI, PDI, 'a', 'א', ' ', '\n');
const texts = fc.string({ unit: controls, maxLength: 40 });

/** What is open at the end of each line, read as the algorithm of Unicode does (UAX #9, X1 to X8); undefined: more was closed. */
function openAtEnds(text: string): number[] | undefined {
  const ends: number[] = [];
  for (const line of text.split('\n')) {
    const stack: string[] = [];
    for (const char of line) {
      if ('\u202A\u202B\u202D\u202E'.includes(char)) stack.push('embedding');
      else if ('\u2066\u2067\u2068'.includes(char)) stack.push('isolate');
      else if (char === PDF) {
        if (stack.pop() !== 'embedding') return undefined;
      } else if (char === PDI) {
        if (stack.pop() !== 'isolate') return undefined;
      }
    }
    ends.push(stack.length);
  }
  return ends;
}

it('closes what is open, and leaves out what closes nothing, whatever there is', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const result = balanced(text);
      expect(openAtEnds(result)?.every((open) => open === 0)).toBe(true);
      const visible = (all: string) => all.replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
      expect(visible(result)).toBe(visible(text));
      expect(balanced(result)).toBe(result);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['plain', 'plain'],
  [`${RLO}gnp.exe`, `${RLO}gnp.exe${PDF}`],
  [`a${PDF}${PDI}b`, 'ab'],
  [`${RLI}${LRE}a${PDI}b`, `${RLI}${LRE}a${PDF}${PDI}b`],
  [`${RLE}${LRI}a${PDF}b`, `${RLE}${LRI}ab${PDI}${PDF}`],
  [`${RLO}a\nb`, `${RLO}a${PDF}\nb`],
  [`${RLE}אב${PDF}`, `${RLE}אב${PDF}`],
])('%j', (text, expected) => expect(balanced(text)).toBe(expected));

it('keeps apart what could turn the rest of a sentence, and nothing else', () => {
  expect(isolated('Joe')).toBe('Joe');
  expect(isolated('Zoë 🎉')).toBe('Zoë 🎉');
  expect(isolated('יוסף')).toBe(`${FSI}יוסף${PDI}`);
  expect(isolated(`Joe${RLO}`)).toBe(`${FSI}Joe${RLO}${PDF}${PDI}`);
});
