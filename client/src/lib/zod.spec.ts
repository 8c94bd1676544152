import * as contracts from '@app/contracts';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z as zod } from 'zod/v4';
import { z } from './zod';

type Contracts = Record<string, unknown>;
type Light = ReturnType<typeof z.string>;

const isLight = (value: unknown): value is Light => typeof value === 'object' && value !== null && '_zod' in value;
const NAMES = Object.entries(contracts as Contracts).flatMap(([name, value]) => (isLight(value) ? [name] : []));
const light = (name: string) => (contracts as Contracts)[name] as Light;
/** The contracts made of zod itself. */
let real: Contracts;

beforeAll(async () => {
  vi.resetModules();
  vi.doMock('./zod', () => ({ z: zod }));
  real = (await import('@app/contracts')) as Contracts;
  vi.doUnmock('./zod');
});

const anything = fc.oneof(
  fc.constantFrom<unknown>('0', '1', '1:2', '2:1', '', 'Ann', ' Ann ', 'client-id-0', 'x'.repeat(22), 'true', 'ok'),
  fc.constantFrom<unknown>(
    0,
    1,
    -1,
    3.5,
    1e300,
    Number.NaN,
    true,
    false,
    null,
    undefined,
    'reset',
    'general',
    'conflict',
  ),
  fc.jsonValue(),
  fc.string({ unit: 'grapheme', maxLength: 50 }),
);

/** What fits a schema, or nearly. */
function near(schema: Light): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  const inner = () => near(def.innerType as Light);
  const exactly = (): fc.Arbitrary<unknown> => {
    switch (def.type) {
      case 'object': {
        const fields = Object.fromEntries(Object.entries(def.shape ?? {}).map(([key, field]) => [key, near(field)]));
        return fc.oneof(
          { weight: 8, arbitrary: fc.record(fields).map(withoutAbsent) },
          { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
          { weight: 1, arbitrary: fc.record({ ...fields, more: fc.jsonValue() }) },
        );
      }
      case 'array':
        return fc.array(near(def.element as Light), { maxLength: 3 });
      case 'union':
        return fc.oneof(...(def.options ?? []).map(near));
      case 'optional':
      case 'default':
        return fc.option(inner(), { nil: undefined });
      case 'nullable':
        return fc.option(inner());
      case 'pipe':
        return near((def.in?._zod.def.type === 'transform' ? def.out : def.in) as Light);
      case 'literal':
      case 'enum':
        return fc.constantFrom(...(def.values ?? []));
      default:
        return anything.filter((value) => schema.safeParse(value).success);
    }
  };
  return fc.oneof({ weight: 12, arbitrary: exactly() }, { weight: 1, arbitrary: anything });
}

const withoutAbsent = (record: object) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

interface Outcome {
  success: boolean;
  data?: unknown;
  error?: { issues: { path: PropertyKey[]; message: string }[] };
}
const told = ({ success, data, error }: Outcome) => {
  // What a field that is missing or too much is called differs, and where of several faults is the first.
  return { success, data, ...(error && { isTold: error.issues.length > 0 }) };
};

describe('a contract takes and gives the same as with zod itself', () => {
  it.each(NAMES)('%s', (name) => {
    const same = (mine: Light, theirs: Light) =>
      fc.assert(
        fc.property(near(mine), (value) => {
          expect(told(mine.safeParse(value))).toEqual(told(theirs.safeParse(value)));
        }),
        { numRuns: 40 },
      );
    const theirs = real[name] as Light;
    same(light(name), theirs);
    type View = (schema: Light) => Light;
    same((contracts.readView as unknown as View)(light(name)), (real.readView as View)(theirs));
  });
});

it('says what is wrong in a text as zod does, in the words of the contract', () => {
  for (const name of ['usernameSchema', 'newPasswordSchema', 'roomIdSchema', 'signInNameSchema']) {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const [mine, theirs] = [light(name), real[name] as Light].map((schema) => schema.safeParse(text));
        expect(mine?.error?.issues[0]).toMatchObject(
          theirs?.error ? { code: theirs.error.issues[0]?.code, path: [] } : {},
        );
        const words = theirs?.error?.issues[0]?.message ?? '';
        if (!words.startsWith('Too ')) expect(mine?.error?.issues[0]?.message ?? '').toBe(words);
      }),
    );
  }
});

it('is compared with zod itself', () => {
  expect(real.userSchema).toBeInstanceOf(zod.ZodType);
  expect(contracts.userSchema).not.toBeInstanceOf(zod.ZodType);
});

it('makes no prototype of what is told', () => {
  const value = JSON.parse('{"__proto__": {"admin": true}, "a": 1}');
  expect(Object.getPrototypeOf(z.looseObject({}).parse(value))).toBe(Object.prototype);
  expect(z.looseObject({}).parse(value)).toEqual({ a: 1 });
});
