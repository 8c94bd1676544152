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
import { PRECONDITION_FAILED, STATUS } from '../../transport/error.filter';
import { OTHER_ROUTES, OTHER_TAGS } from './other-routes';
import { ApiSchemas, capital, type JsonSchema, type Words } from './schemas';

/** What is looked at of an operation; OpenAPI has more. */
interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; description?: string }[];
  [more: string]: unknown;
}

const DESCRIPTION =
  'The HTTP routes; the [events on sockets](/api/docs/events) are a document of their own.\n\n' +
  'Bodies are JSON. A browser page of another origin may not change anything. Every error is `{code, message}` with ' +
  'the status that fits; `overloaded`, `rate_limited` and `unavailable` pass: ask again, after `Retry-After` where it is told.';

/** The OpenAPI 3.1 document of all HTTP routes. */
export function openApi(cookie: string) {
  const schemas = new ApiSchemas();
  const paths: Record<string, Record<string, Operation>> = {};
  const add = (method: string, path: string, known: object) => {
    const operationId = method + path.replace(/[/{}]+(\w?)/g, (_, first: string) => first.toUpperCase());
    paths[path] = { ...paths[path], [method]: { operationId, ...known } };
  };
  for (const name of Object.keys(CALLS) as CallName[]) {
    const call = callNamed(name);
    const { http } = call;
    if (http)
      add(http.method.toLowerCase(), http.path.replace(/:(\w+)/g, '{$1}'), operation(schemas, name, call, http));
  }
  for (const { method, path, ...known } of OTHER_ROUTES) add(method, path, { security: [], ...known });
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

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'An `ETag` of the message, in place of `ifRev`: when the message has another one, the answer is 412.',
  schema: { type: 'string' },
};
const ETAG = {
  ETag: { schema: { type: 'string' }, description: "The message's `rev` (without one its `seq`), in quotes." },
};

function operation(schemas: ApiSchemas, name: CallName, call: CallDefinition, http: Route) {
  const { method, path, status = 200, etag, ifMatch } = http;
  const { request, answer, may, doc } = call;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, field = '']) => field);
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const { properties, required } = schemas.fields(request, doc.fields);
  const parameters = Object.entries(properties)
    .filter(([field]) => !hasBody || inPath.includes(field))
    .map(([field, { description, ...schema }]) => ({
      name: field,
      in: inPath.includes(field) ? 'path' : 'query',
      required: required.includes(field),
      description,
      schema,
    }));
  if (ifMatch) parameters.push(IF_MATCH);
  const isBare = answer instanceof z.ZodUndefined;
  return {
    tags: [doc.tag],
    summary: doc.summary,
    description: doc.description,
    security: may === 'anybody' ? [] : [{ session: [] }],
    parameters,
    ...(hasBody && {
      requestBody: {
        required: true,
        ...json(bodyOf(schemas, name, withOptional(request, ifMatch), inPath, doc.fields)),
      },
    }),
    responses: {
      [status]: {
        description: 'Success',
        ...(etag && { headers: ETAG }),
        ...(!isBare && json(schemas.answer(answer, `${capital(name)}Answer`))),
      },
      ...refusals(schemas, name, call, hasBody, parameters.length > 0),
    },
  };
}

/** A request in which a field may be left out. */
const withOptional = (request: z.ZodType, field: string | undefined): z.ZodType =>
  field === undefined ? request : (request as z.ZodObject).partial({ [field]: true } as Record<string, true>);

/** What is not in the path. */
function bodyOf(schemas: ApiSchemas, name: CallName, request: z.ZodType, inPath: string[], words?: Words): JsonSchema {
  if (inPath.length === 0) return schemas.request(request, `${capital(name)}Request`, words);
  const without = Object.fromEntries(inPath.map((field) => [field, true])) as Record<string, true>;
  return schemas.request((request as z.ZodObject).omit(without), `${capital(name)}RequestBody`, words);
}

const CONFLICTS = [STATUS.conflict, PRECONDITION_FAILED];
const json = (schema: JsonSchema) => ({ content: { 'application/json': { schema } } });

/** What may be refused, by status: a call's own errors, and those that follow from what it is. */
function refusals(
  schemas: ApiSchemas,
  name: CallName,
  { errors = [], may, barred, work, http, conflict }: CallDefinition,
  hasBody: boolean,
  hasParameters: boolean,
) {
  const codes = new Set<ErrorCode>(errors);
  if (work) codes.add('overloaded');
  if (hasBody || hasParameters) codes.add('invalid');
  if (may !== 'anybody' && may !== 'user') codes.add(barred ?? 'forbidden');
  // For a page of another origin.
  if (http?.method !== 'GET') codes.add('forbidden');
  if (may !== 'anybody') codes.add('unauthorized').add('rate_limited');
  codes.add('unavailable').add('internal');
  const conflicting = conflict && schemas.conflict(conflict, name);
  const byStatus = new Map<number, string[]>();
  const add = (status: number, code: ErrorCode) => byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  for (const code of codes) add(STATUS[code], code);
  if (http?.ifMatch) add(PRECONDITION_FAILED, 'conflict');
  if (hasBody) add(413, 'invalid');
  return Object.fromEntries(
    [...byStatus].map(([status, told]) => [
      status,
      {
        description: told.map((code) => `\`${code}\``).join(', '),
        ...(status === 429 && { headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } } }),
        ...json((CONFLICTS.includes(status) && conflicting) || schemas.error),
      },
    ]),
  );
}
