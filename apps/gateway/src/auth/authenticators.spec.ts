import { loadConfig } from '@app/service';
import type { Request } from 'express';
import { Authenticators } from './authenticators';
import { hashSession } from './session';

const authenticators = new Authenticators(loadConfig({ SESSION_MAX_MS: '600000' }));
const identify = (session?: object) =>
  authenticators.identify({ session, sessionID: 'a session id' } as unknown as Request);

it('who has a session asks as its user, by a name for the session that gives it not away', () => {
  const startedAt = Date.now();
  const sessionHash = hashSession('a session id');
  // The first sessions held an id that was a number.
  for (const id of ['12', 12]) {
    expect(identify({ startedAt, passport: { user: { id, username: 'Ann', more: true } } })).toEqual({
      user: { id: '12', username: 'Ann' },
      actor: { userId: '12', kind: 'user', sessionHash },
      sessionId: 'a session id',
      sessionHash,
      sessionEnds: startedAt + 600_000,
    });
  }
});

it('a visitor is nobody, with a session or without', () => {
  for (const session of [undefined, {}, { passport: {} }]) expect(identify(session)).toBeUndefined();
});
