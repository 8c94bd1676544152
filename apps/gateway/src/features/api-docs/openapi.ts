import {
  CALLS,
  type CallDefinition,
  type CallName,
  callNamed,
  type ErrorCode,
  PROTOCOL_VERSION,
  type Route,
  TAGS,
} from '@app/contracts';
import { z } from 'zod';
import { STATUS } from '../../transport/error.filter';
import { OTHER_PATHS, OTHER_TAGS } from './other-routes';
import { ApiSchemas, capital, type JsonSchema, type Words } from './schemas';

interface Body {
  content?: { 'application/json': { schema: JsonSchema } };
}
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: { name: string; in: 'path' | 'query'; required?: boolean; description?: string; schema: JsonSchema }[];
  requestBody?: Body & { required: true };
  responses: Record<string, Body & { description: string; headers?: object }>;
}
export type Paths = Record<string, Record<string, Operation>>;
export interface OpenApi {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Paths;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object };
}

const DESCRIPTION =
  'The HTTP routes; the [events on sockets](/api/docs/events) are a document of their own.\n\n' +
  'Bodies are JSON. A browser page of another origin may not change anything. Every error is `{code, message}` with ' +
  'the status that fits; `overloaded`, `rate_limited` and `unavailable` pass: ask again, after `Retry-After` where it is told.';

/** The OpenAPI 3.1 document of all HTTP routes. */
export function openApi(cookie: string): OpenApi {
  const schemas = new ApiSchemas();
  const paths: Paths = {};
  for (const name of Object.keys(CALLS) as CallName[]) {
    const definition = callNamed(name);
    const { http } = definition;
    if (!http) continue;
    const path = http.path.replace(/:(\w+)/g, '{$1}');
    const method = http.method.toLowerCase();
    paths[path] = { ...paths[path], [method]: operation(schemas, name, definition, http, operationId(method, path)) };
  }
  for (const [path, methods] of Object.entries(OTHER_PATHS)) {
    paths[path] = Object.fromEntries(
      Object.entries(methods).map(([method, known]) => [
        method,
        { operationId: operationId(method, path), security: [], ...known },
      ]),
    );
  }
  return {
    openapi: '3.1.0',
    info: { title: 'redis-chat', version: String(PROTOCOL_VERSION), description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: Object.entries({ ...TAGS, ...OTHER_TAGS }).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.usedBy(paths),
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: cookie, description: 'Set by signing in.' } },
    },
  };
}

const operationId = (method: string, path: string) =>
  method + path.replace(/[/{}]+(\w?)/g, (_, first: string) => first.toUpperCase());

function operation(
  schemas: ApiSchemas,
  name: CallName,
  definition: CallDefinition,
  { method, path, status = 200 }: Route,
  id: string,
): Operation {
  const { request, answer, may, doc } = definition;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, field = '']) => field);
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const { properties, required } = schemas.fields(request, doc.fields);
  const parameters = Object.entries(properties)
    .filter(([field]) => !hasBody || inPath.includes(field))
    .map(([field, { description, ...schema }]) => ({
      name: field,
      in: inPath.includes(field) ? ('path' as const) : ('query' as const),
      ...(required.includes(field) && { required: true }),
      ...(description && { description }),
      schema,
    }));
  const isBare = answer instanceof z.ZodUndefined;
  return {
    operationId: id,
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description && { description: doc.description }),
    security: may === 'anybody' ? [] : [{ session: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && { requestBody: { required: true, ...json(bodyOf(schemas, name, request, inPath, doc.fields)) } }),
    responses: {
      [status]: { description: 'Success', ...(!isBare && json(schemas.answer(answer, `${capital(name)}Answer`))) },
      ...refusals(schemas, name, definition, hasBody, parameters.length > 0),
    },
  };
}

/** What is not in the path. */
function bodyOf(schemas: ApiSchemas, name: CallName, request: z.ZodType, inPath: string[], words?: Words): JsonSchema {
  if (inPath.length === 0) return schemas.request(request, `${capital(name)}Request`, words);
  const without = Object.fromEntries(inPath.map((field) => [field, true])) as Record<string, true>;
  return schemas.request((request as z.ZodObject).omit(without), `${capital(name)}RequestBody`, words);
}

const json = (schema: JsonSchema) => ({ content: { 'application/json': { schema } } });

/** What may be refused, by status: a call's own errors, and those that follow from what it is. */
function refusals(
  schemas: ApiSchemas,
  name: CallName,
  { errors = [], may, work, http, conflict }: CallDefinition,
  hasBody: boolean,
  hasParameters: boolean,
): Operation['responses'] {
  const codes = new Set<ErrorCode>(errors);
  if (work) codes.add('overloaded');
  if (hasBody || hasParameters) codes.add('invalid');
  if ((may !== 'anybody' && may !== 'user') || http?.method !== 'GET') codes.add('forbidden');
  if (may !== 'anybody') codes.add('unauthorized').add('rate_limited');
  codes.add('unavailable').add('internal');
  const byStatus = new Map<number, string[]>();
  const add = (status: number, code: ErrorCode) => byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  for (const code of codes) add(STATUS[code], code);
  if (hasBody) add(413, 'invalid');
  return Object.fromEntries(
    [...byStatus].map(([status, told]) => [
      status,
      {
        description: told.map((code) => `\`${code}\``).join(', '),
        ...(status === 429 && { headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } } }),
        ...json(status === STATUS.conflict && conflict ? schemas.conflict(conflict, name) : schemas.error),
      },
    ]),
  );
}
