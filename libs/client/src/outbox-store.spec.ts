import { createBrowserOutbox, createMemoryOutbox } from './outbox-store';
import type { OutboxEntry } from './types';

/** The part of `localStorage` that matters. */
function storage(refuses = false): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      if (refuses) throw new Error('QuotaExceededError');
      items.set(key, value);
    },
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

const entry = (clientId: string): OutboxEntry => ({ roomId: '0', clientId, message: clientId, createdAt: 1 });
const ids = (entries: OutboxEntry[]) => entries.map(({ clientId }) => clientId).sort();

describe('outbox stores', () => {
  it.each([
    ['memory', () => createMemoryOutbox()],
    ['the browser', () => createBrowserOutbox('1', storage())],
  ])('keep, replace and delete entries: %s', (_, create) => {
    const store = create();
    store.put(entry('a'));
    store.put(entry('b'));
    store.put({ ...entry('a'), firstAttemptAt: 7 });
    store.delete('b');
    expect(store.load()).toEqual([{ ...entry('a'), firstAttemptAt: 7 }]);
  });

  it('keep users apart and share one user’s among tabs', () => {
    const shared = storage();
    const [tab, other, stranger] = ['1', '1', '2'].map((userId) => createBrowserOutbox(userId, shared));
    tab?.put(entry('a'));
    other?.put(entry('b'));
    expect(ids(tab?.load() ?? [])).toEqual(['a', 'b']);
    expect(stranger?.load()).toEqual([]);
  });

  it('take no harm from what is broken in the browser, or from none at all', () => {
    const broken = storage();
    broken.setItem('redis-chat:outbox:1:x', '{');
    broken.setItem('redis-chat:outbox:1:y', '{"clientId":1}');
    expect(createBrowserOutbox('1', broken).load()).toEqual([]);
    for (const store of [createBrowserOutbox('1', storage(true)), createBrowserOutbox('1', undefined)]) {
      store.put(entry('a'));
      store.delete('a');
      expect(store.load()).toEqual([]);
    }
  });
});
