import { EVENTS, type EventName } from '@app/contracts';
import { hearsFor } from '../incoming';
import { featuresOf } from '.';

/** Ends the connection (`connection.ts`). */
const ELSEWHERE: readonly string[] = ['session.ended'];

it('every event of the server is heard, but for those of legacy clients alone', () => {
  const core = { user: { id: '1', username: 'Pablo' } } as Parameters<typeof featuresOf>[0];
  const all = [hearsFor({} as Parameters<typeof hearsFor>[0]), ...featuresOf(core).map(({ hears = {} }) => hears)];
  const heard = new Set([...ELSEWHERE, ...all.flatMap((hears) => Object.keys(hears))]);
  const names = Object.keys(EVENTS) as EventName[];
  expect(names.filter((name) => !('legacy' in EVENTS[name]) && !heard.has(name))).toEqual([]);
});
