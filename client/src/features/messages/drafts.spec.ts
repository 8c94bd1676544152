import { describe, expect, it } from 'vitest';
import { Drafts } from './drafts';

describe('Drafts', () => {
  it('keeps a text per room and user over a reload', () => {
    new Drafts('1', sessionStorage).set('0', 'half a sen');
    expect(new Drafts('1', sessionStorage).get('0')).toBe('half a sen');
    expect(new Drafts('1', sessionStorage).get('1:2')).toBe('');
    expect(new Drafts('2', sessionStorage).get('0')).toBe('');
  });

  it('forgets one user on sign-out', () => {
    const [mine, other] = [new Drafts('1', sessionStorage), new Drafts('2', sessionStorage)];
    mine.set('0', 'mine');
    other.set('0', 'theirs');
    mine.clear();
    expect(new Drafts('1', sessionStorage).get('0')).toBe('');
    expect(new Drafts('2', sessionStorage).get('0')).toBe('theirs');
  });

  it('goes on where nothing can be stored', () => {
    const full = {
      ...sessionStorage,
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    } as Storage;
    const drafts = new Drafts('1', full);
    drafts.set('0', 'text');
    expect(drafts.get('0')).toBe('text');
  });
});
