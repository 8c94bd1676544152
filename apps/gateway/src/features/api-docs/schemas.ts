import { isDeepStrictEqual } from 'node:util';
import { SCHEMAS } from '@app/contracts';
import { z } from 'zod';

/** As much of JSON Schema 2020-12 as is looked at here. */
export interface JsonSchema {
  $ref?: string;
  type?: string;
  const?: unknown;
  items?: JsonSchema;
  additionalProperties?: boolean;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
}
export type Words = Partial<Record<string, string>>;
type Named = Record<string, z.ZodType>;
type Direction = 'input' | 'output';

const PREFIX = '#/components/schemas/';

/** What a document refers to: zod's own JSON schemas, with the contracts' words. */
export class ApiSchemas {
  private readonly words = new Map<z.ZodType, Words>();
  private readonly names = new Map<z.ZodType, string>();
  private readonly given: Named = {};
  private readonly answered: Named = {};

  constructor() {
    for (const [name, { schema, words }] of Object.entries(SCHEMAS)) {
      this.names.set(schema, name);
      this.answer(schema, name, words);
    }
  }

  /** Refers to what callers send, as they may send it: what has a default may be left out. */
  request(schema: z.ZodType, name: string, words: Words = {}): JsonSchema {
    this.words.set(schema, words);
    return keep(schema, name, this.given, this.answered);
  }

  /** Refers to what a gateway says. @param name of a schema that the contracts have no name for */
  answer(schema: z.ZodType, name: string, words?: Words): JsonSchema {
    const own = this.names.get(schema) ?? name;
    if (words) this.words.set(schema, words);
    return keep(schema, own, this.answered, this.given);
  }

  readonly error: JsonSchema = { $ref: `${PREFIX}Error` };

  /** How a call is acknowledged. @param conflict what comes with one */
  ack(call: string, answer: z.ZodType, conflict?: z.ZodType): JsonSchema {
    const accepted = z.strictObject({ ok: z.literal(true), ...(answer as z.ZodObject).shape });
    this.words.set(accepted, this.words.get(answer) ?? {});
    const message = conflict && { message: conflict.optional() };
    const refused = z.strictObject({ ok: z.literal(false), error: SCHEMAS.Error.schema, ...message });
    this.words.set(refused, { message: 'With a `conflict`: as it is.' });
    return this.answer(z.union([accepted, refused]), `${capital(call)}Ack`);
  }

  /** The body of an answer to a call that came too late. */
  conflict(current: z.ZodType, call: string): JsonSchema {
    const schema = z.strictObject({ ...SCHEMAS.Error.schema.shape, current });
    return this.answer(schema, `${capital(call)}Conflict`, { ...SCHEMAS.Error.words, current: 'As it is.' });
  }

  /** What is in a request, as in a query or a path. */
  fields(request: z.ZodType, words: Words = {}): Required<Pick<JsonSchema, 'properties' | 'required'>> {
    this.words.set(request, words);
    const { properties = {}, required = [] } = z.toJSONSchema(request, { io: 'input', override: this.tidy });
    return { properties: properties as Record<string, JsonSchema>, required };
  }

  /** The schemas that something refers to, also by way of others. */
  usedBy(document: object): Record<string, JsonSchema> {
    const told = this.convert(this.answered, 'output');
    const asGiven = this.convert(this.answered, 'input');
    const alike = Object.entries(this.answered).filter(([name]) => isDeepStrictEqual(told[name], asGiven[name]));
    const all = { ...this.convert({ ...Object.fromEntries(alike), ...this.given }, 'input'), ...told };
    const used = new Set<string>();
    const follow = (value: object) => {
      for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
        if (used.has(name)) continue;
        used.add(name);
        follow(all[name] ?? {});
      }
    };
    follow(document);
    return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  }

  private convert(named: Named, io: Direction): Record<string, JsonSchema> {
    const registry = z.registry<{ id: string }>();
    for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
    const { schemas } = z.toJSONSchema(registry, { io, uri: (id) => PREFIX + id, override: this.tidy });
    return Object.fromEntries(
      Object.entries(schemas).map(([name, { $id: _, $schema: __, ...schema }]) => [name, schema as JsonSchema]),
    );
  }

  /** Puts words in; what holds of every whole number need not be said. Inner schemas come first. */
  private readonly tidy = ({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: object }): void => {
    const schema = jsonSchema as JsonSchema & { minimum?: number; maximum?: number };
    if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
    if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
    const { '': whole, ...fields } = this.words.get(zodSchema as z.ZodType) ?? {};
    if (whole) schema.description = whole;
    for (const { properties } of [schema, ...(schema.oneOf ?? schema.anyOf ?? [])]) {
      for (const [field, description] of Object.entries(fields)) {
        // A copy: one schema may stand for several fields.
        if (properties?.[field] && description) properties[field] = { ...properties[field], description };
      }
    }
  };
}

/** @throws Error where the name stands for another schema already */
function keep(schema: z.ZodType, name: string, here: Named, elsewhere: Named): JsonSchema {
  if ((here[name] ?? schema) !== schema || elsewhere[name]) throw new Error(`Two schemas are called ${name}`);
  here[name] = schema;
  return { $ref: PREFIX + name };
}

/** `room.read` as the beginning of a schema's name. */
export const capital = (name: string): string =>
  name.replace(/(?:^|\.)(\w)/g, (_, first: string) => first.toUpperCase());
