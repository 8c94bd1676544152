// What of zod the client needs, in a fifth of its room: it stands in for `zod` in the build and in the client's tests. It takes and
// gives what zod does, for every contract (`zod.spec.ts`), but stops at the first fault, and has no words for people.

interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
}

/** Thrown inside, told outside. */
class Fault extends Error {
  readonly issues: [Issue];

  constructor(code: string, message = code === 'too_big' ? 'Too big' : 'Invalid input', ...path: PropertyKey[]) {
    super(message);
    this.issues = [{ code, path, message }];
  }
}

type Shape = Record<string, Schema>;
interface Check {
  code: string;
  message: string | undefined;
  holds: (value: never) => boolean;
}
/** As zod calls them: `views.ts` of the contracts walks these. */
interface Def {
  type: string;
  checks?: Check[];
  shape?: Shape;
  /** What fields become that the shape does not have; without it they are left out. */
  catchall?: Schema;
  element?: Schema;
  innerType?: Schema;
  options?: Schema[];
  discriminator?: string;
  in?: Schema;
  out?: Schema;
  values?: readonly unknown[];
  transform?: (value: never) => unknown;
  defaultValue?: unknown;
  coerce?: true;
}

const fail = (code = 'invalid_type', ...path: PropertyKey[]): never => {
  throw new Fault(code, undefined, ...path);
};
const at = (key: PropertyKey, schema: Schema, value: unknown): unknown => {
  try {
    return schema.read(value);
  } catch (error) {
    if (error instanceof Fault) error.issues[0].path.unshift(key);
    throw error;
  }
};

function readObject({ shape = {}, catchall }: Def, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail();
  const given = value as Record<string, unknown>;
  const read: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const field = at(key, schema, given[key]);
    if (field !== undefined || key in given) read[key] = field;
  }
  for (const key of catchall ? Object.keys(given) : [])
    if (!Object.hasOwn(shape, key) && key !== '__proto__') read[key] = at(key, catchall as Schema, given[key]);
  return read;
}

function readUnion({ options = [], discriminator }: Def, value: unknown): unknown {
  if (discriminator !== undefined) {
    const kind = (value as Record<string, unknown> | null | undefined)?.[discriminator];
    const option = options.find(({ _zod }) => _zod.propValues[discriminator]?.has(kind));
    return option ? option.read(value) : fail('invalid_union', discriminator);
  }
  for (const option of options) {
    const { success, data } = option.safeParse(value);
    if (success) return data;
  }
  return fail('invalid_union');
}

const isOf = (type: string) => (_: Def, value: unknown) => (typeof value === type ? value : fail());
const isAmong = ({ values = [] }: Def, value: unknown) => (values.includes(value) ? value : fail('invalid_value'));

const READ: Record<string, (def: Def, value: unknown) => unknown> = {
  string: isOf('string'),
  boolean: isOf('boolean'),
  undefined: isOf('undefined'),
  number: ({ coerce }, value) => {
    const number = coerce ? Number(value) : value;
    return Number.isFinite(number) ? number : fail();
  },
  unknown: (_, value) => value,
  never: () => fail('unrecognized_keys'),
  literal: isAmong,
  enum: isAmong,
  object: readObject,
  array: ({ element }, value) =>
    Array.isArray(value) ? value.map((item, index) => at(index, element as Schema, item)) : fail(),
  union: readUnion,
  optional: ({ innerType }, value) => (value === undefined ? value : innerType?.read(value)),
  nullable: ({ innerType }, value) => (value === null ? value : innerType?.read(value)),
  default: ({ innerType, defaultValue }, value) => (value === undefined ? defaultValue : innerType?.read(value)),
  catch: ({ innerType, defaultValue }, value) => innerType?.safeParse(value).data ?? defaultValue,
  pipe: (def, value) => def.out?.read(def.in?.read(value)),
  transform: ({ transform }, value) => transform?.(value as never),
};

class Schema {
  readonly _zod: { def: Def; propValues: Record<string, Set<unknown>> };

  constructor(def: Def) {
    const literals = Object.entries(def.shape ?? {}).map(([key, { _zod }]) => [key, new Set(_zod.def.values)]);
    this._zod = { def, propValues: Object.fromEntries(literals) };
  }

  get shape(): Shape {
    return this._zod.def.shape ?? {};
  }

  clone(def: Def): Schema {
    return new Schema(def);
  }

  /** @throws Fault */
  read(value: unknown): unknown {
    const { def } = this._zod;
    const read = READ[def.type]?.(def, value);
    for (const { code, message, holds } of def.checks ?? []) if (!holds(read as never)) throw new Fault(code, message);
    return read;
  }

  parse(value: unknown): unknown {
    return this.read(value);
  }

  safeParse(value: unknown): { success: boolean; data?: unknown; error?: Fault } {
    try {
      return { success: true, data: this.read(value) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { success: false, error };
    }
  }

  refine(holds: (value: never) => boolean, message?: string): Schema {
    return this.check('custom', message, holds);
  }
  regex(pattern: RegExp, message?: string): Schema {
    return this.check('invalid_format', message, (text: string) => pattern.test(text));
  }
  int(): Schema {
    return this.check('invalid_type', undefined, Number.isSafeInteger);
  }
  positive(): Schema {
    return this.check('too_small', undefined, (number: number) => number > 0);
  }
  nonnegative(): Schema {
    return this.min(0);
  }
  min(least: number, message?: string): Schema {
    return this.check('too_small', message, (value: number | string) => sizeOf(value) >= least);
  }
  max(most: number, message?: string): Schema {
    return this.check('too_big', message, (value: number | string) => sizeOf(value) <= most);
  }

  optional(): Schema {
    return new Schema({ type: 'optional', innerType: this });
  }
  nullable(): Schema {
    return new Schema({ type: 'nullable', innerType: this });
  }
  default(defaultValue: unknown): Schema {
    return new Schema({ type: 'default', innerType: this, defaultValue });
  }
  catch(defaultValue: unknown): Schema {
    return new Schema({ type: 'catch', innerType: this, defaultValue });
  }
  pipe(out: Schema): Schema {
    return new Schema({ type: 'pipe', in: this, out });
  }
  transform(transform: (value: never) => unknown): Schema {
    return this.pipe(new Schema({ type: 'transform', transform }));
  }
  extend(more: Shape): Schema {
    return this.clone({ ...this._zod.def, shape: { ...this.shape, ...more } });
  }

  omit(fields: Record<string, true>): Schema {
    const kept = Object.entries(this.shape).filter(([name]) => !(name in fields));
    return this.clone({ ...this._zod.def, shape: Object.fromEntries(kept) });
  }

  private check(code: string, message: string | undefined, holds: Check['holds']): Schema {
    const { def } = this._zod;
    return this.clone({ ...def, checks: [...(def.checks ?? []), { code, message, holds }] });
  }
}

const sizeOf = (value: number | string | unknown[]): number => (typeof value === 'number' ? value : value.length);

const of = (type: string) => () => new Schema({ type });

/** @see https://zod.dev */
export const z = {
  string: of('string'),
  number: of('number'),
  boolean: of('boolean'),
  undefined: of('undefined'),
  unknown: of('unknown'),
  coerce: { number: () => new Schema({ type: 'number', coerce: true }) },
  literal: (value: unknown) => new Schema({ type: 'literal', values: [value] }),
  enum: (values: readonly string[]) => new Schema({ type: 'enum', values }),
  object: (shape: Shape) => new Schema({ type: 'object', shape }),
  strictObject: (shape: Shape) => new Schema({ type: 'object', shape, catchall: new Schema({ type: 'never' }) }),
  looseObject: (shape: Shape) => new Schema({ type: 'object', shape, catchall: new Schema({ type: 'unknown' }) }),
  array: (element: Schema) => new Schema({ type: 'array', element }),
  union: (options: Schema[]) => new Schema({ type: 'union', options }),
  discriminatedUnion: (discriminator: string, options: Schema[]) =>
    new Schema({ type: 'union', options, discriminator }),
  preprocess: (transform: (value: never) => unknown, out: Schema) =>
    new Schema({ type: 'transform', transform }).pipe(out),
};
