import {
  ChatError,
  type ErrorCode,
  errorBodySchema,
  type ListedSession,
  type Page,
  type Presence,
  pageSchema,
  type RoomSummary,
  readAnswerSchema,
  readView,
  roomsBodySchema,
  type Settings,
  type ShownRoom,
  sessionSchema,
  sessionsBodySchema,
  settingsSchema,
  shownRoomSchema,
  type User,
  type UsersBody,
  usersBodySchema,
} from '@app/contracts';
import type { z } from 'zod';
import { notUnderstood } from './outdated';

const TIMEOUT_MS = 15_000;

type Query = Record<string, string | number | undefined>;

/**
 * The server's HTTP API, one method a route. Every one of them throws a ChatError: the server's own, `unavailable` when
 * there was no answer, or none of the server's, `outdated` when the server's is not understood.
 */
export class ChatApi {
  private readonly url: string;
  private readonly fetch: typeof fetch;
  private readonly underWay = new Set<AbortController>();
  private leaving = false;

  /** @param options `url`: the server's origin, default the page's; `fetch`: default the global one */
  constructor(options: { url?: string; fetch?: typeof fetch } = {}) {
    this.url = (options.url ?? '').replace(/\/+$/, '');
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** Who is signed in; null: nobody. */
  async session(): Promise<User | null> {
    return (await this.call(sessionSchema, 'GET', 'session')).user;
  }

  /** @throws ChatError `unauthorized` for a wrong name or password, `rate_limited` after too many attempts */
  async signIn(username: string, password: string): Promise<User> {
    return signedIn(await this.call(sessionSchema, 'POST', 'session', { username, password }));
  }

  /** Makes an account and signs in. @throws ChatError `conflict` for a taken name, `invalid` */
  async register(username: string, password: string): Promise<User> {
    return signedIn(await this.call(sessionSchema, 'POST', 'users', { username, password }));
  }

  /**
   * Ends the session. Calls that are under way, or made meanwhile, end with `unavailable`: no session of theirs has ended.
   * @param options `everywhere`: all of the user's sessions
   */
  async signOut(options: { everywhere?: boolean } = {}): Promise<void> {
    for (const call of this.underWay) call.abort();
    const left = this.request('DELETE', options.everywhere ? 'sessions?all=true' : 'session');
    this.leaving = true;
    try {
      await left;
    } finally {
      this.leaving = false;
    }
  }

  /**
   * Changes the password, and ends all other sessions of the user.
   * @throws ChatError `forbidden` when the present one is wrong, `invalid` for a new one that is too short, too common, …,
   *   `rate_limited` after too many attempts
   */
  async changePassword(password: string, newPassword: string): Promise<void> {
    await this.request('PUT', 'session/password', { password, newPassword });
  }

  /** Where the user is signed in, the session used last first. */
  async sessions(): Promise<ListedSession[]> {
    return (await this.call(sessionsBodySchema, 'GET', 'sessions')).sessions;
  }

  /** Ends one of the user's sessions, by its id in the list. @throws ChatError `not_found` when it has ended already */
  async endSession(id: string): Promise<void> {
    await this.request('DELETE', `sessions/${encodeURIComponent(id)}`);
  }

  /** Ends all of the user's sessions but this one. */
  async endOtherSessions(): Promise<void> {
    await this.request('DELETE', 'sessions');
  }

  settings(): Promise<Settings> {
    return this.call(settingsSchema, 'GET', 'settings');
  }

  /** One's own rooms; direct ones without a message are left out. */
  async rooms(): Promise<RoomSummary[]> {
    const all: RoomSummary[] = [];
    for (let after: string | undefined; ; ) {
      const { rooms, next } = await this.call(roomsBodySchema, 'GET', `rooms${search({ after })}`);
      all.push(...rooms);
      if (next === undefined) return all;
      after = next;
    }
  }

  /** The direct room with somebody. @throws ChatError `not_found`, `invalid` */
  openDirect(userId: string): Promise<ShownRoom> {
    return this.call(shownRoomSchema, 'POST', 'rooms', { userId });
  }

  /**
   * The newest messages of a room, those before or after a page's cursor, or those around a message (its id) or a place
   * (`{roomId}-{seq}`). @throws ChatError `forbidden`
   */
  page(
    roomId: string,
    query: { before?: string; after?: string; around?: string; limit?: number } = {},
  ): Promise<Page> {
    return this.call(pageSchema, 'GET', `rooms/${encodeURIComponent(roomId)}/messages${search(query)}`);
  }

  /** Marks everything in a room up to a place as read. @returns where the mark stands now. @throws ChatError `forbidden` */
  async markRead(roomId: string, seq: number): Promise<number> {
    return (await this.call(readAnswerSchema, 'PUT', `rooms/${encodeURIComponent(roomId)}/read`, { seq })).seq;
  }

  /** Everybody page by page, or those with these ids (at most 200; unknown ones are left out). */
  users(query: { after?: string; limit?: number } | { ids: readonly string[] } = {}): Promise<UsersBody> {
    const flat: Query = 'ids' in query ? { ids: query.ids.join(',') } : query;
    return this.call(usersBodySchema, 'GET', `users${search(flat)}`);
  }

  async online(): Promise<Presence[]> {
    const all: Presence[] = [];
    for (let after: string | undefined; ; ) {
      const { users, next } = await this.call(usersBodySchema, 'GET', `users/online${search({ after })}`);
      all.push(...users);
      if (next === null) return all;
      after = next;
    }
  }

  private async call<T>(schema: z.ZodType<T>, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.request(method, path, body);
    // A sign-in page of the network's, say.
    if (answer === undefined) throw new ChatError('unavailable', 'Something else answered in place of the server');
    const result = readView(schema).safeParse(answer);
    if (!result.success) throw notUnderstood();
    return result.data;
  }

  private async request(method: string, path: string, body?: object): Promise<unknown> {
    if (this.leaving) throw new ChatError('unavailable', 'Signing out');
    let response: Response;
    let text: string;
    const call = new AbortController();
    const timeout = setTimeout(() => call.abort(), TIMEOUT_MS);
    this.underWay.add(call);
    try {
      response = await this.fetch(`${this.url}/api/${path}`, {
        method,
        credentials: 'include',
        signal: call.signal,
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch {
      throw new ChatError('unavailable', 'The server cannot be reached');
    } finally {
      clearTimeout(timeout);
      this.underWay.delete(call);
    }
    const answer = parseJson(text);
    if (!response.ok) throw refusal(response, answer);
    return answer;
  }
}

function signedIn(session: { user: User | null }): User {
  if (session.user === null) throw notUnderstood();
  return session.user;
}

function search(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size > 0 ? `?${params}` : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const BY_STATUS: Record<number, ErrorCode> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'invalid',
  426: 'outdated',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** The server's error; from its status where something in between answered instead. */
function refusal(response: Response, answer: unknown): ChatError {
  const body = readView(errorBodySchema).safeParse(answer);
  if (body.success) return ChatError.from(body.data);
  return new ChatError(BY_STATUS[response.status] ?? 'internal', `The server answered ${response.status}`);
}
