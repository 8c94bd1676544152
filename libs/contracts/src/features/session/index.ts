import { z } from 'zod';
import { call, event, feature, news } from '../../define';
import {
  changePasswordSchema,
  credentialsSchema,
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
      doc: { tag: 'Session', summary: 'Register, and sign in' },
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
});
