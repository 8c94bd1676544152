import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const PARTS = /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/;
const EXPORTED = /^export (?:const|function) (\w+)|^export \{ \w+ as (\w+) \};/gm;

const WORDS = /\/zod\/v4\/locales\/en\.js$/;
/** What is wrong, for programs: the client tells these two apart, and has words of its own for people. */
const FEW_WORDS = `export default () => ({ localeError: ({ code }) => (code === 'too_big' ? 'Too big' : 'Invalid input') });`;

/** Methods that no contract uses; each brings classes and patterns with it. */
const SCHEMAS = /\/zod\/v4\/classic\/schemas\.js$/;
/** For each form of text that zod knows: e-mail, UUID, IP address, … */
const FORMS = /^ {4}\w+\(params\) \{\s+return this\.check\(core\._\w+\(Zod\w+, params\)\);\s+\},\n/gm;
const OTHERS = [
  ...['exactOptional', 'nonoptional', 'and', 'prefault', 'readonly', 'describe'],
  ...[
    'encode',
    'decode',
    'encodeAsync',
    'decodeAsync',
    'safeEncode',
    'safeDecode',
    'safeEncodeAsync',
    'safeDecodeAsync',
  ],
  ...[
    'includes',
    'startsWith',
    'endsWith',
    'length',
    'lowercase',
    'uppercase',
    'normalize',
    'toLowerCase',
    'toUpperCase',
  ],
  ...[
    'slugify',
    'multipleOf',
    'step',
    'finite',
    'safe',
    'gt',
    'gte',
    'lt',
    'lte',
    'negative',
    'nonpositive',
    'nonempty',
  ],
  ...[
    'with',
    'brand',
    'superRefine',
    'nullish',
    'or',
    'isOptional',
    'isNullable',
    'validate',
    'validateAsync',
    'unwrap',
  ],
  ...[
    'keyof',
    'catchall',
    'passthrough',
    'loose',
    'strict',
    'strip',
    'safeExtend',
    'merge',
    'partial',
    'exactPartial',
    'required',
    'rest',
  ],
];
const UNUSED = new RegExp(`^ {4}(?:async )?(?:${OTHERS.join('|')})\\([^)]*\\) \\{\\n(?: {8}.*\\n)+ {4}\\},\\n`, 'gm');

/**
 * The client checks values with zod and describes none: what makes JSON Schemas, which every schema refers to, stays out of it,
 * and so do zod's English sentences, and what no contract uses.
 */
export function zodParsesOnly(): Plugin {
  return {
    name: 'zod-parses-only',
    apply: 'build',
    transform(code, id) {
      if (!SCHEMAS.test(id)) return undefined;
      const without = code.replaceAll(FORMS, '').replaceAll(UNUSED, '');
      if (without === code) throw new Error('zod spells its methods in another way');
      return { code: without, map: null };
    },
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
