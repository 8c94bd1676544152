import type { JsonSchema } from './schemas';

/** A route that is no call, as OpenAPI has it. */
interface OtherRoute {
  tags: string[];
  summary: string;
  description?: string;
  parameters?: { name: string; in: 'path'; required: true; description: string; schema: JsonSchema }[];
  responses: Record<string, { description: string; content?: { 'application/json': { schema: JsonSchema } } }>;
}

export const OTHER_TAGS = {
  Health: 'For those who watch; on every service.',
  Demo: "Routes of Redis' chat demo, for its own client, where `DEMO_ROUTES` is on. A new client needs none of them.",
};

const text: JsonSchema = { type: 'string' };

function health(status: 'ok' | 'unavailable', description: string, more: Record<string, JsonSchema> = {}) {
  const properties = { status: { const: status }, ...more };
  const schema = { type: 'object', properties, required: ['status'], additionalProperties: false };
  return { description, content: { 'application/json': { schema } } };
}
const missing = {
  type: 'array',
  items: text,
  description: 'What is not ready; in production it is told on the port of the metrics alone.',
};

function demo(summary: string, parameter?: string): OtherRoute {
  const inPath = (name: string) =>
    ({
      name,
      in: 'path',
      required: true,
      description: name === 'id' ? "A room's id." : "The caller's id.",
      schema: text,
    }) as const;
  return {
    tags: ['Demo'],
    summary,
    ...(parameter && { parameters: [inPath(parameter)] }),
    responses: { 200: { description: 'Success' } },
  };
}

/** What every service answers, and the demo's routes, one line each. */
export const OTHER_PATHS: Record<string, Record<string, OtherRoute>> = {
  '/health/live': {
    get: { tags: ['Health'], summary: 'The process runs', responses: { 200: health('ok', 'Success') } },
  },
  '/health/ready': {
    get: {
      tags: ['Health'],
      summary: 'Everything it needs is there',
      description: '503 names what is not.',
      responses: { 200: health('ok', 'Success'), 503: health('unavailable', 'Not ready', { missing }) },
    },
  },
  '/links': { get: demo("The demo's links") },
  '/randomname': { get: demo('A name to sign in with') },
  '/me': { get: demo('Who is signed in, or `null`') },
  '/login': {
    post: demo('`{username, password}`: signs in, and registers an unknown name where that is allowed'),
  },
  '/logout': { post: demo('Signs out') },
  '/room': { post: demo('`{user1, user2}`: opens the private room of two') },
  '/room/0/preload': { get: demo("General's newest messages") },
  '/room/{id}/messages': { get: demo('`?offset=&size=`: messages, newest first', 'id') },
  '/users': { get: demo('`?ids[]=`: users by id') },
  '/users/online': { get: demo('Everybody who is online, by id') },
  '/rooms/{userId}': { get: demo("The caller's rooms", 'userId') },
};
