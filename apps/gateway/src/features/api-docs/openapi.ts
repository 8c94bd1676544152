import {
  type ErrorCode,
  messageIdSchema,
  PROTOCOL_VERSION,
  roomIdSchema,
  sessionHashSchema,
  userIdSchema,
} from '@app/contracts';
import { STATUS } from '../../transport/error.filter';
import { FIELDS } from './fields';
import { API_ROUTES, DEMO_ROUTES, HEALTH_ROUTES, type Route, TAGS } from './routes';
import { inputSchema, type JsonSchema, refTo, schemasUsedBy } from './schemas';

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required?: boolean;
  description: string | undefined;
  schema: JsonSchema;
}
export interface Body {
  content?: { 'application/json': { schema: JsonSchema } };
}
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: Body & { required: true };
  responses: Record<string, Body & { description: string; headers?: object }>;
}
export interface OpenApi {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object };
}

const DESCRIPTION =
  'The HTTP routes; the [events on sockets](/api/docs/events) are a document of their own.\n\n' +
  'Bodies are JSON. A browser page of another origin may not change anything. Every error is `{code, message}` with ' +
  'the status that fits; `overloaded`, `rate_limited` and `unavailable` pass: ask again, after `Retry-After` where it is told.';

/** The OpenAPI 3.1 document of all HTTP routes. */
export function openApi(cookie: string): OpenApi {
  const paths: OpenApi['paths'] = {};
  for (const route of [...API_ROUTES, ...HEALTH_ROUTES, ...DEMO_ROUTES]) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'redis-chat', version: String(PROTOCOL_VERSION), description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemasUsedBy(paths),
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: cookie, description: 'Set by signing in.' } },
    },
  };
}

function operation(route: Route): Operation {
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  return {
    operationId: `${route.method}${route.path.replace(/[/{}]+(\w?)/g, (_, first: string) => first.toUpperCase())}`,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    security: route.session ? [{ session: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: { required: true, ...json(refTo(route.body)) } }),
    responses: {
      [route.status]: { description: 'Success', ...(route.answer && json(refTo(route.answer))) },
      ...refusals(route),
    },
  };
}

const json = (schema: JsonSchema) => ({ content: { 'application/json': { schema } } });

/** What stands in paths. */
const IN_PATHS = {
  roomId: { description: FIELDS.RoomId?.[''], schema: inputSchema(roomIdSchema) },
  id: { description: FIELDS.Message?.id, schema: inputSchema(messageIdSchema) },
  userId: { description: "The caller's id.", schema: inputSchema(userIdSchema) },
  sessionId: { description: "A session's `id` in the list of them.", schema: inputSchema(sessionHashSchema) },
};

function pathParameters({ path }: Route): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...IN_PATHS[(path.startsWith('/room/') ? 'roomId' : name) as keyof typeof IN_PATHS],
  }));
}

function queryParameters({ query, fields }: Route): Parameter[] {
  const properties = query ? inputSchema(query).properties : {};
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    description: fields?.[name] ?? '',
    schema,
  }));
}

/** What may be refused, by status. */
function refusals(route: Route): Operation['responses'] {
  if (route.path === '/health/ready') return { 503: { description: 'Not ready', ...json(refTo('Unhealthy')) } };
  if (!route.path.startsWith('/api/')) return {};
  const byStatus = new Map<number, string[]>();
  const add = (status: number, code: ErrorCode) => byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  for (const code of errorsOf(route)) add(STATUS[code], code);
  if (route.body) add(413, 'invalid');
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        ...(status === 429 && { headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } } }),
        ...json(refTo(status === STATUS.conflict && route.body === 'EditBody' ? 'Conflict' : 'Error')),
      },
    ]),
  );
}

/** A route's own errors and those that follow from what it is. */
function errorsOf(route: Route): Set<ErrorCode> {
  const errors = new Set(route.errors);
  if (route.body || route.query || route.path.includes('{')) errors.add('invalid');
  if (route.method !== 'get') errors.add('forbidden');
  if (route.session) errors.add('unauthorized').add('rate_limited');
  return errors.add('unavailable').add('internal');
}
