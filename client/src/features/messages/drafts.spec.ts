import { forgetKept } from '@app/client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { wouldBeLost } from '../../lib/kept';
import { Drafts } from './drafts';

describe('Drafts', () => {
  beforeEach(() => localStorage.clear());

  it('keeps a text per room and user over a reload', () => {
    new Drafts('1').set('0', 'half a sen');
    expect(new Drafts('1').get('0')).toBe('half a sen');
    expect(new Drafts('1').get('1:2')).toBe('');
    expect(new Drafts('2').get('0')).toBe('');
  });

  it('says how many would be lost by signing out, and spares those of one user alone', async () => {
    const [mine, other] = [new Drafts('1'), new Drafts('12')];
    mine.set('0', 'mine');
    mine.set('1:2', 'mine too');
    mine.set('1:3', ' ');
    other.set('0', 'theirs');
    expect([wouldBeLost('1'), wouldBeLost('12'), wouldBeLost('2'), wouldBeLost()]).toEqual([2, 1, 0, 3]);
    await forgetKept('12');
    expect(new Drafts('1').get('0')).toBe('');
    expect(new Drafts('12').get('0')).toBe('theirs');
    expect(wouldBeLost('1')).toBe(0);
    await forgetKept();
    expect(wouldBeLost()).toBe(0);
  });

  it('has nothing to lose once all is sent', () => {
    const drafts = new Drafts('1');
    drafts.set('0', 'text');
    drafts.set('0', '');
    expect(wouldBeLost('1')).toBe(0);
  });

  it('hears what another tab makes of a text', () => {
    const drafts = new Drafts('1');
    const heard = vi.fn();
    const end = drafts.watch('0', heard);
    const tell = (key: string | null, newValue: string | null) =>
      window.dispatchEvent(new StorageEvent('storage', { key, newValue }));
    tell('redis-chat:draft:1:0', 'from there');
    tell('redis-chat:draft:1:1:2', 'another room');
    tell('redis-chat:draft:11:0', 'somebody else');
    tell('redis-chat:draft:1:0', null);
    tell(null, null);
    end();
    tell('redis-chat:draft:1:0', 'later');
    expect(heard.mock.calls).toEqual([['from there'], [''], ['']]);
    expect(drafts.get('0')).toBe('');
  });

  it('takes over what a tab has kept for itself', () => {
    sessionStorage.setItem('draft:1:0', 'of before');
    expect(new Drafts('1').get('0')).toBe('of before');
    expect(sessionStorage.length).toBe(0);
  });

  it('goes on where nothing can be stored', async () => {
    const forbidden = new Proxy({} as Storage, {
      get: () => {
        throw new Error('forbidden');
      },
    });
    vi.stubGlobal('localStorage', forbidden);
    vi.stubGlobal('sessionStorage', forbidden);
    const drafts = new Drafts('1');
    drafts.set('0', 'text');
    expect(drafts.get('0')).toBe('text');
    expect(wouldBeLost('1')).toBe(0);
    await forgetKept();
    vi.unstubAllGlobals();
  });
});
