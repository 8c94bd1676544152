import fc from 'fast-check';
import { z } from 'zod';
import * as contracts from '.';
import { CALLS, EVENTS, FACTS, growing, made, readView, roomSummarySchema, syncAnswerSchema, WORK } from '.';

type Def = z.core.$ZodTypeDef & {
  innerType: z.ZodType;
  element: z.ZodType;
  in: z.ZodType;
  shape: Record<string, z.ZodType>;
  options: z.ZodType[];
};
const defOf = (schema: z.ZodType) => schema._zod.def as Def;

const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;
/** Everything that crosses a boundary, by name. */
const ALL: [string, z.ZodType][] = [
  ...Object.entries(contracts).flatMap(([name, value]) =>
    isSchema(value) ? [[name, value] as [string, z.ZodType]] : [],
  ),
  ...Object.entries(WORK).flatMap(([name, { request, reply }]): [string, z.ZodType][] => [
    [`request of ${name}`, request],
    [`reply of ${name}`, reply],
  ]),
  ...Object.entries(CALLS).map(([name, { answer }]): [string, z.ZodType] => [`answer to ${name}`, answer]),
  ...Object.entries(EVENTS).map(([name, { data }]): [string, z.ZodType] => [`event ${name}`, data]),
  ...Object.entries(FACTS).map(([name, { data }]): [string, z.ZodType] => [`fact ${name}`, data]),
];

const SAMPLES = [
  ...[
    '0',
    '1',
    '12',
    '1:2',
    '',
    'Ann',
    'a long password',
    'client-id-0',
    'x'.repeat(22),
    '1,2',
    'true',
    'Grüße 😀 "\\',
  ],
  ...[0, 1, 7, 3.5, 1_700_000_000.000001, true, false],
];

/** What fits a schema. */
function fitting(schema: z.ZodType): fc.Arbitrary<unknown> {
  const def = defOf(schema);
  switch (def.type) {
    case 'object':
      return fc
        .record(Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, fitting(field)])))
        .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
    case 'array':
      return fc.array(fitting(def.element), { minLength: 1, maxLength: 3 });
    case 'union':
      return fc.oneof(...def.options.map(fitting));
    case 'optional':
    case 'default':
      return fc.option(fitting(def.innerType), { nil: undefined });
    case 'nullable':
      return fc.option(fitting(def.innerType));
    case 'pipe':
      return def.in._zod.def.type === 'transform'
        ? fitting((def as unknown as { out: z.ZodType }).out)
        : fitting(def.in);
    default:
      return fc.constantFrom(
        ...[...SAMPLES, ...(schema._zod.values ?? [])].filter((value) => schema.safeParse(value).success),
      );
  }
}

/** The same with a further field in every object, but in an audience: that is understood whole or not at all. */
function withMore(value: unknown, more: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withMore(item, more));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, name === 'to' ? field : withMore(field, more)]);
  return Object.fromEntries([...fields, ['of a later version', more]]);
}

describe.each(ALL)('%s', (_, schema) => {
  it('is strict where made, tolerant where read', () => {
    const view = readView(schema);
    fc.assert(
      fc.property(fitting(schema), fc.jsonValue(), (value, more) => {
        fc.pre(schema.safeParse(value).success);
        const now = schema.parse(value);
        expect(view.parse(value)).toEqual(now);
        const later = withMore(value, more);
        if (JSON.stringify(later) === JSON.stringify(value)) return;
        const read = view.safeParse(later);
        expect(read.error?.issues).toBeUndefined();
        expect(read.data).toMatchObject(now as object);
        expect(JSON.stringify(read.data)).toContain('of a later version');
      }),
      { numRuns: 30 },
    );
  });
});

/** Of objects, all but the foreign envelope and what clients of the demo send: those are read loosely as they are. */
const STRICT = ALL.filter(([name, schema]) => !/foreign|demo/.test(name) && /object/.test(kindsOf(schema)));
function kindsOf(schema: z.ZodType): string {
  const { type, options = [] } = defOf(schema);
  return [type, ...options.map(kindsOf)].join(' ');
}

it.each(STRICT)('%s has no field that it does not declare', (_, schema) => {
  fc.assert(
    fc.property(fitting(schema), (value) => {
      fc.pre(schema.safeParse(value).success && typeof value === 'object' && value !== null);
      expect(schema.safeParse({ ...(value as object), more: 1 }).success).toBe(false);
    }),
    { numRuns: 5 },
  );
});

describe('a reader', () => {
  it('refuses an envelope whose audience says more than is known', () => {
    const envelope = { v: 2, serverId: 'a', type: 'typing', to: { room: '7' }, data: { roomId: '7', userId: '1' } };
    const view = readView(contracts.newsEnvelopeSchema);
    expect(view.safeParse({ ...envelope, more: 1 }).success).toBe(true);
    expect(view.safeParse({ ...envelope, to: { room: '7', only: 'moderators' } }).success).toBe(false);
  });

  const room = { id: '7', kind: 'named', names: ['Crew'], lastMessage: null, seq: 0, read: 0 };

  it('takes a member of an enum that is not known for what it falls back to', () => {
    expect(readView(roomSummarySchema).parse({ ...room, kind: 'forum' })).toEqual(room);
    expect(() => roomSummarySchema.parse({ ...room, kind: 'forum' })).toThrow();
    expect(() => readView(roomSummarySchema).parse({ ...room, kind: 7 })).toThrow();
    const error = { code: 'payment_required', message: 'Pay', retryAfterMs: 5 };
    expect(readView(contracts.errorBodySchema).parse(error)).toEqual({ ...error, code: 'internal' });
    expect(contracts.ChatError.from(error as never)).toMatchObject({ ...error, code: 'internal' });
  });

  it('knows a fallback for every enum', () => {
    const walk = (schema: z.ZodType): void => {
      const def = defOf(schema);
      if (def.type === 'enum') expect(readView(schema)).not.toBe(schema);
      for (const part of [
        def.innerType,
        def.element,
        def.in,
        ...Object.values(def.shape ?? {}),
        ...(def.options ?? []),
      ]) {
        if (part) walk(part);
      }
    };
    // A client's own words are no reader's concern.
    for (const [name, schema] of ALL) if (!/foreign|endSessions/.test(name)) walk(schema);
  });

  it('leaves out items of a kind that is not known, and no others', () => {
    const ok = { status: 'reset', roomId: '7' };
    const rooms = [{ status: 'moved', roomId: '8', to: '9' }, ok, { ...ok, why: 'moved' }];
    expect(readView(syncAnswerSchema).parse({ epoch: 'e', rooms }).rooms).toEqual(rooms.slice(1));
    for (const broken of [null, 7, {}, { status: 7 }, { roomId: '7' }]) {
      expect(readView(syncAnswerSchema).safeParse({ epoch: 'e', rooms: [broken] }).success).toBe(false);
    }
  });

  it('keeps checks and defaults', () => {
    const schema = z
      .strictObject({ n: growing(['a', 'b'], 'a').default('b'), s: z.string().min(2) })
      .refine(({ s }) => s !== 'no');
    expect(readView(schema).parse({ s: 'yes', more: 1 })).toEqual({ n: 'b', s: 'yes', more: 1 });
    expect(readView(schema).safeParse({ s: 'no' }).success).toBe(false);
    expect(readView(schema).safeParse({ s: 'y' }).success).toBe(false);
  });

  it('changes no prototype', () => {
    const read = readView(roomSummarySchema).parse(JSON.parse(`{"__proto__":{"x":1},${JSON.stringify(room).slice(1)}`));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect((read as unknown as { x?: number }).x).toBeUndefined();
  });

  it('is made once for each schema', () => {
    expect(readView(roomSummarySchema)).toBe(readView(roomSummarySchema));
  });
});

describe('who makes something', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV;
  });
  const wrong = { seq: 1, more: 'secret' };

  it('hears what is wrong with it, and nothing of its values', () => {
    expect(made(contracts.readAnswerSchema, { seq: 1 })).toEqual({ seq: 1 });
    expect(() => made(contracts.readAnswerSchema, wrong)).toThrow(/more/);
    expect(() => made(contracts.readAnswerSchema, wrong)).not.toThrow(/secret/);
  });

  it('is told in development and goes on; in production nothing is checked', () => {
    process.env.NODE_ENV = 'development';
    const faults: string[] = [];
    expect(made(contracts.readAnswerSchema, wrong, (fault) => faults.push(fault))).toBe(wrong);
    expect(faults).toHaveLength(1);
    process.env.NODE_ENV = 'production';
    expect(made(contracts.readAnswerSchema, wrong)).toBe(wrong);
  });
});
