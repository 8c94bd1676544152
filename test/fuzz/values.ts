import type { Random } from '../chaos/random';

/** As much of a JSON schema as is followed. */
export interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
}

/** Ids and texts that mean something to the system, and some that nearly do. */
const STRINGS = [
  '0',
  '3',
  '4',
  '3:4',
  '4:3',
  '3:3',
  '99',
  'message',
  'Joe',
  'password123',
  'client-id-0001',
  '0-1-1700000000000001',
  '0-1',
  'x',
  '',
  ' ',
  '\0',
  '\u202e',
  '\ud800',
  '__proto__',
  'constructor',
  'toString',
  '*',
  '{room:0}:head',
  '-1',
  '1e999',
  'NaN',
  '٣',
  'ﷺ'.repeat(40),
  '😀'.repeat(300),
  'a'.repeat(5000),
];
const NUMBERS = [0, -0, 1, 2, -1, 0.5, 50, 200, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e21, 1e300, 5e-324];

/** Any JSON value, now and then a deep or a wide one. */
export function anyValue(random: Random, depth = 0): unknown {
  switch (random.integer(0, depth > 3 ? 4 : 8)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick(NUMBERS);
    case 3:
    case 4:
      return random.pick(STRINGS);
    case 5:
      return Array.from({ length: random.pick([0, 1, 3, 30]) }, () => anyValue(random, depth + 2));
    case 6:
      return nested(random.pick([10, 100, 2000]));
    default:
      return Object.fromEntries(
        Array.from({ length: random.integer(0, 4) }, () => [random.pick(STRINGS), anyValue(random, depth + 1)]),
      );
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

/** A value that fits a schema, or nearly does: patterns and bounds are not followed. */
export function madeFor(random: Random, schema: Schema, defs: Record<string, Schema> = {}): unknown {
  if (schema.$ref) return madeFor(random, defs[schema.$ref.split('/').at(-1) ?? ''] ?? {}, defs);
  if ('const' in schema) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return madeFor(random, random.pick(choices), defs);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => madeFor(random, part, defs)));
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [name, madeFor(random, property, defs)]),
      );
    case 'array':
      return Array.from({ length: random.pick([0, 1, 2, 20]) }, () => madeFor(random, schema.items ?? {}, defs));
    case 'string':
      return random.pick(STRINGS);
    case 'integer':
    case 'number':
      return random.pick(NUMBERS);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    default:
      return anyValue(random);
  }
}

/** The value with something in it replaced, taken out, added or doubled. */
export function damaged(random: Random, value: unknown): unknown {
  if (random.chance(0.25) || typeof value !== 'object' || value === null) return anyValue(random);
  if (Array.isArray(value)) {
    const copy = [...value];
    if (copy.length === 0 || random.chance(0.2)) copy.push(anyValue(random));
    else {
      const at = random.integer(0, copy.length - 1);
      copy.splice(at, 1, ...(random.chance(0.2) ? [] : [damaged(random, copy[at])]));
    }
    return copy;
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.2)) entries.push([random.pick(STRINGS), anyValue(random)]);
  else {
    const at = random.integer(0, entries.length - 1);
    const [name, inner] = entries[at] as [string, unknown];
    entries.splice(at, 1, ...(random.chance(0.2) ? [] : [[name, damaged(random, inner)] as [string, unknown]]));
  }
  return Object.fromEntries(entries);
}

/** A text with bytes flipped, cut, doubled or put in. */
export function damagedBytes(random: Random, text: string | Buffer): Buffer {
  let bytes = Buffer.from(text);
  for (let times = random.integer(1, 3); times > 0; times--) {
    const at = random.integer(0, bytes.length);
    const to = Math.min(bytes.length, at + random.integer(0, 20));
    const parts = { before: bytes.subarray(0, at), between: bytes.subarray(at, to), after: bytes.subarray(to) };
    const put = random.pick([
      Buffer.alloc(0),
      Buffer.from([random.integer(0, 255)]),
      Buffer.concat([parts.between, parts.between]),
      Buffer.from(random.pick(STRINGS)),
      Buffer.from(random.pick(['\r\n', '\x1e', '"', '\\', '{', '[', ':', ',', '%00', '%', '..', '\u2028'])),
    ]);
    bytes = Buffer.concat([parts.before, put, parts.after]);
  }
  return bytes;
}

/** JSON of the value: whole, with another value in it, or broken as a text. */
export function hostileJson(random: Random, value: unknown): Buffer {
  if (random.chance(0.15)) return Buffer.from(JSON.stringify(value) ?? '');
  const json = JSON.stringify(damaged(random, value)) ?? '';
  return random.chance(0.3) ? damagedBytes(random, json) : Buffer.from(json);
}
