import { forgetAtSignOut, forgetKept, removeOthers } from './kept';
import { createBrowserOutbox, unsentInBrowser } from './outbox-store';

/** As much of a browser's storage as is used. */
class MemoryStorage {
  readonly items = new Map<string, string>();
  get length() {
    return this.items.size;
  }
  key = (i: number) => [...this.items.keys()][i] ?? null;
  getItem = (name: string) => this.items.get(name) ?? null;
  setItem = (name: string, value: string) => void this.items.set(name, value);
  removeItem = (name: string) => void this.items.delete(name);
}

const storage = () => new MemoryStorage() as unknown as Storage;
const entry = (clientId: string) => ({ roomId: '0', clientId, message: 'unsent', createdAt: 1 });

it('all who keep something are asked, whoever of them fails', async () => {
  const asked: unknown[] = [];
  const back = [
    forgetAtSignOut(() => {
      throw new Error('no storage here');
    }),
    forgetAtSignOut(() => Promise.reject(new Error('nor here'))),
    forgetAtSignOut(async (but) => void asked.push(but)),
  ];
  await forgetKept();
  await forgetKept('7');
  for (const each of back) each();
  await forgetKept();
  expect(asked).toEqual([undefined, '7']);
});

it('one user is spared, nobody whose id begins alike, and nothing that is not of users', () => {
  const kept = storage();
  for (const name of ['draft:1:0', 'draft:1:1:2', 'draft:12:0', 'draft:2:1:2', 'preferences', 'x-draft:2:0'])
    kept.setItem(name, 'x');
  removeOthers(kept, 'draft:', '1');
  const left = () => Array.from({ length: kept.length }, (_, i) => kept.key(i));
  expect(left()).toEqual(['draft:1:0', 'draft:1:1:2', 'preferences', 'x-draft:2:0']);
  removeOthers(kept, 'draft:', undefined);
  expect(left()).toEqual(['preferences', 'x-draft:2:0']);
  removeOthers(undefined, 'draft:', undefined);
});

it("unsent messages of others go when somebody signs in, one's own when one signs out", async () => {
  const kept = storage();
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', { value: kept, configurable: true });
  try {
    const [mine, theirs] = [createBrowserOutbox('1'), createBrowserOutbox('12')];
    for (const clientId of ['a', 'b']) mine.put(entry(clientId));
    theirs.put(entry('c'));
    expect(unsentInBrowser()).toBe(3);
    await forgetKept('1');
    expect([mine.load().length, theirs.load().length, unsentInBrowser()]).toEqual([2, 0, 2]);
    await forgetKept();
    expect([mine.load(), unsentInBrowser()]).toEqual([[], 0]);
  } finally {
    if (before) Object.defineProperty(globalThis, 'localStorage', before);
    else Reflect.deleteProperty(globalThis, 'localStorage');
  }
});
