export const OTHER_TAGS = {
  Health: 'For those who watch; on every service.',
  Demo: "Routes of Redis' chat demo, for its own client, where `DEMO_ROUTES` is on. A new client needs none of them.",
};

const text = { type: 'string' };

function healthy(status: 'ok' | 'unavailable', description: string, more: object = {}) {
  const properties = { status: { const: status }, ...more };
  const schema = { type: 'object', properties, required: ['status'], additionalProperties: false };
  return { description, content: { 'application/json': { schema } } };
}
const missing = {
  type: 'array',
  items: text,
  description: 'What is not ready; in production it is told on the port of the metrics alone.',
};

const health = (path: string, summary: string, responses: object) => ({
  method: 'get',
  path: `/health/${path}`,
  tags: ['Health'],
  summary,
  responses,
});

const demo = (method: 'get' | 'post', path: string, summary: string) => ({
  method,
  path,
  tags: ['Demo'],
  summary,
  parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: text })),
  responses: { 200: { description: 'Success' } },
});

/** Routes that are no calls: what every service answers, and the demo's, one line each. */
export const OTHER_ROUTES = [
  health('live', 'The process runs', { 200: healthy('ok', 'Success') }),
  health('ready', 'Everything it needs is there; 503 names what is not', {
    200: healthy('ok', 'Success'),
    503: healthy('unavailable', 'Not ready', { missing }),
  }),
  demo('get', '/links', "The demo's links"),
  demo('get', '/randomname', 'A name to sign in with'),
  demo('get', '/me', 'Who is signed in, or `null`'),
  demo('post', '/login', '`{username, password}`: signs in, and registers an unknown name where that is allowed'),
  demo('post', '/logout', 'Signs out'),
  demo('post', '/room', '`{user1, user2}`: opens the private room of two'),
  demo('get', '/room/0/preload', "General's newest messages"),
  demo('get', '/room/{id}/messages', '`?offset=&size=`: messages of a room, newest first'),
  demo('get', '/users', '`?ids[]=`: users by id'),
  demo('get', '/users/online', 'Everybody who is online, by id'),
  demo('get', '/rooms/{userId}', "The caller's rooms"),
];
