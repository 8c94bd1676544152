import { z } from 'zod';
import { call, event, feature, named, news } from '../../define';
import {
  changePasswordSchema,
  credentialsSchema,
  deviceSchema,
  listedSessionSchema,
  registrationSchema,
  sessionHashSchema,
  sessionSchema,
  sessionsBodySchema,
} from './schemas';

export const session = feature({
  calls: {
    session: call({
      request: z.strictObject({}),
      answer: sessionSchema,
      http: { method: 'GET', path: '/api/session' },
      rate: 'own',
      may: 'anybody',
      doc: { tag: 'Session', summary: 'Who is signed in' },
    }),
    'session.begin': call({
      request: credentialsSchema,
      answer: sessionSchema,
      http: { method: 'POST', path: '/api/session' },
      rate: 'own',
      may: 'anybody',
      errors: ['unauthorized', 'rate_limited', 'overloaded'],
      doc: { tag: 'Session', summary: 'Sign in', description: 'Begins a new session and ends the one before.' },
    }),
    'session.end': call({
      request: z.strictObject({}),
      answer: z.undefined(),
      http: { method: 'DELETE', path: '/api/session', status: 204 },
      rate: 'own',
      may: 'anybody',
      doc: {
        tag: 'Session',
        summary: 'Sign out',
        description: 'Ends the sockets of the session on every gateway.',
      },
    }),
    register: call({
      request: registrationSchema,
      answer: sessionSchema,
      http: { method: 'POST', path: '/api/users', status: 201 },
      rate: 'own',
      may: 'anybody',
      errors: ['conflict', 'rate_limited', 'overloaded'],
      doc: {
        tag: 'Session',
        summary: 'Register, and sign in',
        fields: {
          username: '1 to 32 visible characters; stored trimmed and in NFC.',
          password: '8 to 256 characters (code points), none of the common ones.',
        },
      },
    }),
    'password.change': call({
      request: changePasswordSchema,
      answer: z.undefined(),
      http: { method: 'PUT', path: '/api/session/password', status: 204 },
      may: 'user',
      errors: ['forbidden', 'overloaded'],
      doc: {
        tag: 'Session',
        summary: 'Change the password',
        description: "Asks for the present one, and ends all other sessions of the caller's.",
        fields: { password: 'The present one.', newPassword: '8 to 256 characters, none of the common ones.' },
      },
    }),
    sessions: call({
      request: z.strictObject({}),
      answer: sessionsBodySchema,
      http: { method: 'GET', path: '/api/sessions' },
      cost: 4,
      may: 'user',
      doc: {
        tag: 'Session',
        summary: 'Where the caller is signed in',
        description: 'The session used last comes first.',
      },
    }),
    'sessions.end': call({
      request: z.strictObject({ sessionId: sessionHashSchema }),
      answer: z.undefined(),
      http: { method: 'DELETE', path: '/api/sessions/:sessionId', status: 204 },
      cost: 4,
      may: 'user',
      errors: ['not_found'],
      doc: { tag: 'Session', summary: 'Sign out one session', description: 'Ends its sockets on every gateway.' },
    }),
    'sessions.endAll': call({
      request: z.strictObject({ all: z.enum(['true', 'false']).optional() }),
      answer: z.undefined(),
      http: { method: 'DELETE', path: '/api/sessions', status: 204 },
      cost: 4,
      may: 'user',
      doc: {
        tag: 'Session',
        summary: 'Sign out all other sessions, or all of them',
        fields: { all: '`true`: the session that asks too.' },
      },
    }),
  },
  events: {
    'session.ended': event({
      data: z.undefined(),
      audience: 'session',
      doc: { summary: 'The session was signed out or is over; the socket closes' },
    }),
  },
  news: {
    /** A session was signed out; the hash names it without giving it away. */
    'session.ended': news({ data: z.strictObject({ sessionHash: z.string() }), audience: 'gateways', from: 'gateway' }),
  },
  schemas: {
    SessionId: named(sessionHashSchema, { '': 'Names a session without giving it away.' }),
    SessionBody: named(sessionSchema, { user: 'Who is signed in; `null`: nobody.' }),
    Device: named(deviceSchema, {
      '': 'What somebody signed in with, as far as its `User-Agent` says.',
      browser: 'Also the name of a program that is no browser.',
    }),
    ListedSession: named(listedSessionSchema, {
      current: 'The session that asks.',
      createdAt: 'When it was signed in, in Unix milliseconds.',
      lastUsedAt: 'In Unix milliseconds.',
    }),
    SessionsBody: named(sessionsBodySchema),
  },
});
