import { ChatError, SYSTEM } from '@app/contracts';
import { of, throwError } from 'rxjs';
import { actorIdOf, describe as describeError, isPassing, outcomeOf, parseData, UnrecoverableError } from './handling';

describe('handling', () => {
  it('takes a value, a promise or an observable for an outcome', async () => {
    expect(await outcomeOf(1)).toBe(1);
    expect(await outcomeOf(Promise.resolve(2))).toBe(2);
    expect(await outcomeOf(of(1, 3))).toBe(3);
    expect(await outcomeOf(Promise.resolve(of()))).toBeUndefined();
    await expect(outcomeOf(throwError(() => new ChatError('conflict', 'Taken')))).rejects.toThrow('Taken');
  });

  it('checks requests and events against their contracts', () => {
    expect(parseData('work', { pattern: 'rooms.authorize', data: { userId: '1', roomId: '0' } })).toEqual({
      userId: '1',
      roomId: '0',
    });
    expect(() => parseData('work', { pattern: 'rooms.authorize', data: {} })).toThrow(ChatError);
    const unknown = () => parseData('work', { pattern: 'toString', data: {} });
    expect(unknown).toThrow(expect.objectContaining({ code: 'unavailable', message: 'Unknown request' }));
    expect(() => parseData('events', { pattern: 'room.started', data: {} })).toThrow(UnrecoverableError);
    expect(() => parseData('events', { pattern: 'rooms.authorize', data: {} })).toThrow('Unknown event');
  });

  it('names in logs who asks by an id, and nothing else that came in its place', () => {
    const asked = (actor?: unknown) => actorIdOf({ pattern: 'rooms.list', data: {}, actor });
    expect(asked({ userId: '12', kind: 'user', name: 'Ann' })).toBe('12');
    for (const none of [undefined, null, 'Ann', { userId: 'Ann' }, SYSTEM]) expect(asked(none)).toBeUndefined();
  });

  it('tells failures that pass from those of the request', () => {
    expect(isPassing('work', new Error('Connection is closed.'))).toBe(true);
    expect(isPassing('work', new Error('Cannot read properties of undefined'))).toBe(false);
    expect(isPassing('events', new ChatError('unavailable', 'Not there'))).toBe(true);
    expect(isPassing('events', new ChatError('conflict', 'No'))).toBe(false);
  });

  it('logs no arguments of a Redis command', () => {
    const error = Object.assign(new Error('ERR wrong'), { command: { name: 'set', args: ['secret'] } });
    expect(JSON.stringify(describeError(error))).not.toContain('secret');
    expect(describeError({ status: 'error' }).message).toContain('WorkErrorFilter');
  });
});
