import { callNamed, type ErrorCode, type HttpCall, type Route as HttpRoute, TAGS as OUR_TAGS } from '@app/contracts';
import { z } from 'zod';
import type { AnswerName, RequestName } from './schemas';

/** A route as the document tells of it; errors that follow from the rest are not listed. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** Only for those who are signed in. */
  session?: boolean;
  query?: z.ZodObject;
  /** What each parameter of the query means. */
  fields?: Record<string, string>;
  body?: RequestName;
  /** Status and body of success; the demo's are not spelled out. */
  status: number;
  answer?: AnswerName;
  errors?: readonly ErrorCode[];
}

const HEALTH = 'Health';
const DEMO = 'Demo';

/** The tags in their order, each with what it is about. */
export const TAGS: Record<string, string> = {
  ...OUR_TAGS,
  [HEALTH]: 'For those who watch; on every service.',
  [DEMO]: "Routes of Redis' chat demo, for its own client, where `DEMO_ROUTES` is on. A new client needs none of them.",
};

/** What bodies are called. */
const NAMES: Record<HttpCall, { body?: RequestName; answer?: AnswerName }> = {
  session: { answer: 'SessionBody' },
  'session.begin': { body: 'Credentials', answer: 'SessionBody' },
  'session.end': {},
  register: { body: 'Registration', answer: 'SessionBody' },
  'password.change': { body: 'ChangePassword' },
  sessions: { answer: 'SessionsBody' },
  'sessions.end': {},
  'sessions.endAll': {},
  rooms: { answer: 'RoomsBody' },
  'room.open': { body: 'OpenRoom', answer: 'ShownRoom' },
  page: { answer: 'Page' },
  message: { body: 'PostMessage', answer: 'MessageBody' },
  'message.get': { answer: 'MessageBody' },
  'message.edit': { body: 'EditBody', answer: 'MessageBody' },
  'message.delete': { answer: 'MessageBody' },
  'room.read': { body: 'ReadBody', answer: 'ReadAnswer' },
  sync: { body: 'SyncRequest', answer: 'SyncAnswer' },
  users: { answer: 'UsersBody' },
  'users.online': { answer: 'UsersBody' },
  settings: { answer: 'Settings' },
};

/** The routes of our own API. */
export const API_ROUTES: readonly Route[] = (Object.keys(NAMES) as HttpCall[]).map((name) => {
  const { doc, may, errors, work, request, http } = callNamed(name);
  const { method, path, status = 200 } = http as HttpRoute;
  const { tag, summary, description, fields } = doc;
  const inQuery = method === 'GET' || method === 'DELETE';
  const query = inQuery && request instanceof z.ZodObject ? request : undefined;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, param]) => [param, true] as const);
  const left = query?.omit(Object.fromEntries(inPath) as Record<string, true>);
  return {
    method: method.toLowerCase() as Route['method'],
    path: path.replace(/:(\w+)/g, '{$1}'),
    tag,
    summary,
    ...(description && { description }),
    session: may !== 'anybody',
    ...(left && Object.keys(left.shape).length > 0 && { query: left }),
    ...(fields && { fields }),
    ...NAMES[name],
    status,
    errors: [
      ...(errors ?? []),
      ...(work ? (['overloaded'] as const) : []),
      ...(may !== 'anybody' && may !== 'user' ? (['forbidden'] as const) : []),
    ],
  };
});

/** What every service answers. */
export const HEALTH_ROUTES: readonly Route[] = [
  { method: 'get', path: '/health/live', tag: HEALTH, summary: 'The process runs', status: 200, answer: 'Health' },
  {
    method: 'get',
    path: '/health/ready',
    tag: HEALTH,
    summary: 'Everything it needs is there',
    description: '503 names what is not.',
    status: 200,
    answer: 'Health',
  },
];

const demo = (method: 'get' | 'post', path: string, summary: string): Route => ({
  method,
  path,
  tag: DEMO,
  summary,
  status: 200,
});

/** The demo's, one line each; there where `DEMO_ROUTES` is on. */
export const DEMO_ROUTES: readonly Route[] = [
  demo('get', '/links', "The demo's links"),
  demo('get', '/randomname', 'A name to sign in with'),
  demo('get', '/me', 'Who is signed in, or `null`'),
  demo('post', '/login', '`{username, password}`: signs in, and registers an unknown name where that is allowed'),
  demo('post', '/logout', 'Signs out'),
  demo('post', '/room', '`{user1, user2}`: opens the private room of two'),
  demo('get', '/room/0/preload', "General's newest messages"),
  demo('get', '/room/{id}/messages', '`?offset=&size=`: messages, newest first'),
  demo('get', '/users', '`?ids[]=`: users by id'),
  demo('get', '/users/online', 'Everybody who is online, by id'),
  demo('get', '/rooms/{userId}', "The caller's rooms"),
];
