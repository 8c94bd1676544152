import { setTimeout as pause } from 'node:timers/promises';
import { ChatApi, ChatClient, CookieJar, type User } from '@app/client';

/** Somebody who is signed in. */
export interface Visitor {
  user: User;
  cookie: string;
}

export interface Habits {
  url: string;
  random: () => number;
  stop: AbortSignal;
  /** Counted by name: what was done, and what failed. */
  count: (what: string) => void;
}

/** From one thing that somebody does to the next, on average. */
const PACE_MS = 2500;
const SHORTEST_MS = 15_000;
const LONGEST_MS = 120_000;
const ROOMS = 3;
/** Of a hundred things that somebody does. */
const DOES = { send: 55, type: 65, edit: 77, delete: 81, read: 93, page: 97, list: 100 };
const TEXTS = ['Good morning', 'Has anybody seen the minutes of last week?', 'Yes. '.repeat(30), 'x'];

/** Makes an account, as somebody who is new would. */
export async function register(url: string, username: string): Promise<Visitor> {
  const jar = new CookieJar();
  const user = await new ChatApi({ url, fetch: jar.fetch }).register(username, 'password of the bench');
  return { user, cookie: jar.cookie };
}

/** Comes, reads, talks, edits, deletes, and goes again; resolves when it has left. Never fails. */
export async function visit({ user, cookie }: Visitor, habits: Habits): Promise<void> {
  const { url, random, stop, count } = habits;
  const asked = (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', cookie);
    return fetch(input, { ...init, headers });
  };
  const client = new ChatClient(user, { url, fetch: asked, socketOptions: { extraHeaders: { cookie } } });
  const leaveAt = performance.now() + SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS);
  client.connect();
  count('visit');
  while (!stop.aborted && performance.now() < leaveAt) {
    await pause((0.3 + 1.4 * random()) * PACE_MS, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) break;
    const done = await act(client, random).catch((error: Error) => `failed: ${error.message}`);
    if (done) count(done);
  }
  if (client.unsent > 0) await pause(PACE_MS);
  if (client.unsent > 0) count('left with something unsent');
  client.disconnect();
}

/** Does one thing. @returns what */
async function act(client: ChatClient, random: () => number): Promise<string | undefined> {
  const room = pick(client.rooms.slice(0, ROOMS), random)?.id;
  if (client.state.status !== 'online' || room === undefined) return 'not online';
  await client.open(room);
  const what = random() * 100;
  const text = pick(TEXTS, random) as string;
  if (what < DOES.send) {
    client.send(room, text);
    return 'send';
  }
  if (what < DOES.type) {
    client.typing(room);
    return 'type';
  }
  if (what < DOES.delete) {
    const own = client.view(room).entries.filter(({ from, state, id, deleted }) => {
      return from === client.user.id && state === 'sent' && id !== undefined && !deleted;
    });
    const id = pick(own, random)?.id;
    if (id === undefined) return undefined;
    if (what < DOES.edit) client.edit(room, id, `${text}, edited`);
    else client.delete(room, id);
    return what < DOES.edit ? 'edit' : 'delete';
  }
  if (what < DOES.read) {
    const newest = client.view(room).entries.at(-1)?.seq;
    if (newest === undefined) return undefined;
    client.markRead(room, newest);
    return 'read';
  }
  if (what < DOES.page) {
    await client.loadOlder(room);
    return 'page';
  }
  await client.api.rooms();
  return 'list';
}

function pick<T>(some: readonly T[], random: () => number): T | undefined {
  return some[Math.floor(random() * some.length)];
}
