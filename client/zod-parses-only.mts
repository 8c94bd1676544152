import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const PARTS = /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/;
const EXPORTED = /^export (?:const|function) (\w+)|^export \{ \w+ as (\w+) \};/gm;

const WORDS = /\/zod\/v4\/locales\/en\.js$/;
/** What is wrong, for programs: the client tells these two apart, and has words of its own for people. */
const FEW_WORDS = `export default () => ({ localeError: ({ code }) => (code === 'too_big' ? 'Too big' : 'Invalid input') });`;

/**
 * The client checks values with zod and describes none: what makes JSON Schemas, which every schema refers to, stays out of it,
 * and so do zod's English sentences.
 */
export function zodParsesOnly(): Plugin {
  return {
    name: 'zod-parses-only',
    apply: 'build',
    load(id) {
      if (WORDS.test(id)) return FEW_WORDS;
      if (!PARTS.test(id)) return undefined;
      const names = [...readFileSync(id, 'utf8').matchAll(EXPORTED)].map(
        ([, declared, renamed]) => declared ?? renamed,
      );
      return `const left = () => { throw new Error('No JSON Schemas here'); };\nexport { ${names
        .map((name) => `left as ${name}`)
        .join(', ')} };`;
    },
  };
}
