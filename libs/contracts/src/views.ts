import { z } from 'zod';

/** What stands for a member of an enum that a reader does not know. */
const fallbacks = new WeakMap<z.ZodType, string>();
/** Read view by schema. */
const views = new WeakMap<z.ZodType, z.ZodType>();

/**
 * An enum that may grow.
 * @param fallback what a reader takes a member for that it does not know yet
 */
export function growing<const T extends readonly [string, ...string[]]>(
  members: T,
  fallback: T[number],
): z.ZodEnum<{ [K in T[number]]: K }> {
  const schema = z.enum(members);
  fallbacks.set(schema, fallback);
  return schema;
}

/**
 * What a reader must understand whole or not at all: with a part left out it would mean something else.
 * @returns the schema, which stays strict in every view
 */
export function whole<S extends z.ZodType>(schema: S): S {
  views.set(schema, schema);
  return schema;
}

/**
 * The view of a schema for who reads what a process of ours made, perhaps a newer one: unknown fields are kept, an unknown
 * member of an enum becomes its fallback, and list items of an unknown kind are left out. The schema itself is strict: it is
 * for who makes the thing, and for what clients send.
 */
export function readView<S extends z.ZodType>(schema: S): S {
  const known = views.get(schema);
  if (known) return known as S;
  const view = loosened(schema);
  views.set(schema, view);
  return view as S;
}

/**
 * Checks what is made here against its schema, to the letter; not in production.
 * @param tell hears of a fault in development, in place of the error
 * @returns the value as it is
 * @throws Error that says what is wrong, without any value
 */
export function made<T>(schema: z.ZodType, value: T, tell?: (fault: string) => void): T {
  const { NODE_ENV } = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
  if (NODE_ENV === 'production') return value;
  const issue = schema.safeParse(value).error?.issues[0];
  if (!issue) return value;
  const fault = `not as its contract says: ${issue.path.join('.')}: ${issue.message}`;
  if (NODE_ENV === 'test' || !tell) throw new Error(fault);
  tell(fault);
  return value;
}

// The parts of zod's definitions that are walked here; `schemas.spec` holds that no schema has others.
type Def = z.core.$ZodTypeDef &
  Partial<Record<'innerType' | 'element' | 'in' | 'out', z.ZodType>> & {
    shape?: Record<string, z.ZodType>;
    options?: z.ZodType[];
    discriminator?: string;
  };

const LEAVES = ['string', 'number', 'boolean', 'literal', 'null', 'undefined', 'unknown', 'transform'];
const WRAPPERS = ['optional', 'nullable', 'default'];

function loosened(schema: z.ZodType): z.ZodType {
  const def = schema._zod.def as Def;
  const copy = (changes: object) => schema.clone({ ...def, ...changes } as typeof schema._zod.def);
  const { type, shape, element, innerType, options } = def;
  if (LEAVES.includes(type)) return schema;
  if (type === 'enum') return grown(schema);
  if (type === 'object' && shape) {
    const fields = Object.entries(shape).map(([name, field]) => [name, readView(field)]);
    return copy({ shape: Object.fromEntries(fields), catchall: z.unknown() });
  }
  if (type === 'array' && element) return z.preprocess(withoutUnknown(element), copy({ element: readView(element) }));
  if (type === 'union' && options) return copy({ options: options.map(readView) });
  if (type === 'pipe' && def.in && def.out) return copy({ in: readView(def.in), out: readView(def.out) });
  if (WRAPPERS.includes(type) && innerType) return copy({ innerType: readView(innerType) });
  throw new Error(`There is no view for readers of a schema of the type ${type}`);
}

function grown(schema: z.ZodType): z.ZodType {
  const fallback = fallbacks.get(schema);
  if (fallback === undefined) return schema;
  return z.string().transform((member) => (schema.safeParse(member).success ? member : fallback));
}

/** Leaves out the items of a list whose kind is told by a field and is not known here. */
function withoutUnknown(element: z.ZodType): (list: unknown) => unknown {
  const { discriminator, options } = element._zod.def as Def;
  if (discriminator === undefined || !options) return (list) => list;
  const kinds = new Set(options.flatMap((option) => [...(option._zod.propValues?.[discriminator] ?? [])]));
  const isUnknown = (item: unknown) => {
    const kind = (item as Record<string, unknown> | null)?.[discriminator];
    return typeof kind === 'string' && !kinds.has(kind);
  };
  return (list) => (Array.isArray(list) ? list.filter((item) => !isUnknown(item)) : list);
}
