import {
  type ErrorCode,
  endSessionsQuerySchema,
  onlineQuerySchema,
  pageQuerySchema,
  roomsQuerySchema,
  usersQuerySchema,
} from '@app/contracts';
import type { z } from 'zod';
import type { AnswerName, RequestName } from './schemas';

/** A route as the document tells of it; errors that follow from the rest are not listed. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it; `{id}` is a room's, `{messageId}` a message's, `{userId}` and `{sessionId}` the caller's. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** Only for those who are signed in. */
  session?: true;
  /** Another service is asked. */
  work?: true;
  query?: z.ZodObject;
  body?: RequestName;
  /** Status and body of success; the demo's are not spelled out. */
  status: number;
  answer?: AnswerName;
  errors?: readonly ErrorCode[];
}

const SESSION = 'Session';
const ROOMS = 'Rooms and messages';
const PEOPLE = 'People';
const SETTINGS = 'Settings';
const HEALTH = 'Health';
const DEMO = 'Demo';

/** The tags in their order, each with what it is about. */
export const TAGS: Record<string, string> = {
  [SESSION]: 'Who is signed in. The session is in a cookie, which sockets send in their handshake too.',
  [ROOMS]: 'Only members read a room or post to it; to all others it is `forbidden`, whether there is one or not.',
  [PEOPLE]: 'Everybody with an account, and who is online.',
  [SETTINGS]: 'What a client asks before it knows anybody.',
  [HEALTH]: 'For those who watch; on every service.',
  [DEMO]: "Routes of Redis' chat demo, for its own client, where `DEMO_ROUTES` is on. A new client needs none of them.",
};

const signedIn = { session: true, work: true } as const;

/** The routes of our own API. */
export const API_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/api/session',
    tag: SESSION,
    summary: 'Who is signed in',
    status: 200,
    answer: 'SessionBody',
  },
  {
    method: 'post',
    path: '/api/session',
    tag: SESSION,
    summary: 'Sign in',
    description: 'Begins a new session and ends the one before.',
    work: true,
    body: 'Credentials',
    status: 200,
    answer: 'SessionBody',
    errors: ['unauthorized', 'rate_limited'],
  },
  {
    method: 'delete',
    path: '/api/session',
    tag: SESSION,
    summary: 'Sign out',
    description: 'Ends the sockets of the session on every gateway.',
    status: 204,
  },
  {
    method: 'post',
    path: '/api/users',
    tag: SESSION,
    summary: 'Register, and sign in',
    work: true,
    body: 'Registration',
    status: 201,
    answer: 'SessionBody',
    errors: ['conflict', 'rate_limited'],
  },
  {
    ...signedIn,
    method: 'put',
    path: '/api/session/password',
    tag: SESSION,
    summary: 'Change the password',
    description: "Asks for the present one, and ends all other sessions of the caller's.",
    body: 'ChangePassword',
    status: 204,
    errors: ['forbidden', 'rate_limited'],
  },
  {
    session: true,
    method: 'get',
    path: '/api/sessions',
    tag: SESSION,
    summary: 'Where the caller is signed in',
    description: 'The session used last comes first.',
    status: 200,
    answer: 'SessionsBody',
  },
  {
    session: true,
    method: 'delete',
    path: '/api/sessions/{sessionId}',
    tag: SESSION,
    summary: 'Sign out one session',
    description: 'Ends its sockets on every gateway.',
    status: 204,
    errors: ['not_found'],
  },
  {
    session: true,
    method: 'delete',
    path: '/api/sessions',
    tag: SESSION,
    summary: 'Sign out all other sessions, or all of them',
    query: endSessionsQuerySchema,
    status: 204,
  },
  {
    ...signedIn,
    method: 'get',
    path: '/api/rooms',
    tag: ROOMS,
    summary: "The caller's rooms with names and last messages",
    description:
      'A private room without a message is left out. A long list comes in pages: pass `next` as `after`. `lastMessage` is the ' +
      'beginning of a long text.',
    query: roomsQuerySchema,
    status: 200,
    answer: 'RoomsBody',
  },
  {
    ...signedIn,
    method: 'post',
    path: '/api/rooms',
    tag: ROOMS,
    summary: 'Open the private room with somebody',
    body: 'OpenRoom',
    status: 201,
    answer: 'ShownRoom',
    errors: ['not_found'],
  },
  {
    ...signedIn,
    method: 'get',
    path: '/api/rooms/{id}/messages',
    tag: ROOMS,
    summary: "A page of a room's history",
    description:
      'The newest page without a cursor. Pass `before` or `after` of a page for its neighbours, or `around` for the page around a ' +
      'message; one of the three. A page of large messages has fewer than `limit`: go on by its cursors.',
    query: pageQuerySchema,
    status: 200,
    answer: 'Page',
    errors: ['forbidden'],
  },
  {
    ...signedIn,
    method: 'post',
    path: '/api/rooms/{id}/messages',
    tag: ROOMS,
    summary: 'Post a message',
    description: 'Repeating it with the same `clientId` is safe and answers the first message.',
    body: 'PostMessage',
    status: 201,
    answer: 'MessageBody',
    errors: ['not_found'],
  },
  {
    ...signedIn,
    method: 'get',
    path: '/api/messages/{messageId}',
    tag: ROOMS,
    summary: 'One message',
    description: "`not_found` also where the room is not the caller's to read.",
    status: 200,
    answer: 'MessageBody',
    errors: ['not_found'],
  },
  {
    ...signedIn,
    method: 'patch',
    path: '/api/messages/{messageId}',
    tag: ROOMS,
    summary: 'Give an own message another text',
    description:
      'With the `rev` (without one: the `seq`) that the caller saw; another one is a `conflict`, with the message as it is. The text ' +
      'that the message has already is fine, so repeating is safe. `forbidden` for a message of somebody else, and where the time ' +
      'for edits is over (`EDIT_WINDOW_MS`); `not_found` once it is deleted. All sockets of the room hear `changed`.',
    body: 'EditBody',
    status: 200,
    answer: 'MessageBody',
    errors: ['not_found', 'conflict'],
  },
  {
    ...signedIn,
    method: 'delete',
    path: '/api/messages/{messageId}',
    tag: ROOMS,
    summary: 'Take the text of an own message away',
    description:
      'For good: what stays is the place, who deleted it and when. Again: the same answer. All sockets of the room hear `changed`.',
    status: 200,
    answer: 'MessageBody',
    errors: ['not_found'],
  },
  {
    ...signedIn,
    method: 'put',
    path: '/api/rooms/{id}/read',
    tag: ROOMS,
    summary: 'Mark a room as read up to a place',
    description: "The mark only goes forward, and not past the room's newest message; the answer says where it is.",
    body: 'ReadBody',
    status: 200,
    answer: 'ReadAnswer',
  },
  {
    ...signedIn,
    method: 'post',
    path: '/api/sync',
    tag: ROOMS,
    summary: 'What was missed since positions',
    body: 'SyncRequest',
    status: 201,
    answer: 'SyncAnswer',
  },
  {
    ...signedIn,
    method: 'get',
    path: '/api/users',
    tag: PEOPLE,
    summary: 'Users by id, or all of them page by page',
    query: usersQuerySchema,
    status: 200,
    answer: 'UsersBody',
  },
  {
    ...signedIn,
    method: 'get',
    path: '/api/users/online',
    tag: PEOPLE,
    summary: 'Everybody who is online',
    description: 'A long list comes in pages.',
    query: onlineQuerySchema,
    status: 200,
    answer: 'UsersBody',
  },
  {
    method: 'get',
    path: '/api/settings',
    tag: SETTINGS,
    summary: 'What a client needs to know before sign-in',
    status: 200,
    answer: 'Settings',
  },
];

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
