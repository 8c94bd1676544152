import {
  type AnswerSchema,
  type CallAnswer,
  type CallOf,
  type CallRequest,
  ChatError,
  type ErrorCode,
  errorBodySchema,
  type HttpRoute,
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

/**
 * The server's HTTP API. Every one of them throws a ChatError: the server's own, `unavailable` when
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
    return (await this.ask('GET /api/session', {}, sessionSchema)).user;
  }

  /** @throws ChatError `unauthorized` for a wrong name or password, `rate_limited` after too many attempts */
  async signIn(username: string, password: string): Promise<User> {
    return signedIn(await this.ask('POST /api/session', { username, password }, sessionSchema));
  }

  /** Makes an account and signs in. @throws ChatError `conflict` for a taken name, `invalid` */
  async register(username: string, password: string): Promise<User> {
    return signedIn(await this.ask('POST /api/users', { username, password }, sessionSchema));
  }

  /**
   * Ends the session. Calls that are under way, or made meanwhile, end with `unavailable`: no session of theirs has ended.
   * @param options `everywhere`: all of the user's sessions
   */
  async signOut(options: { everywhere?: boolean } = {}): Promise<void> {
    for (const call of this.underWay) call.abort();
    const left = options.everywhere
      ? this.tell('DELETE /api/sessions', { all: 'true' })
      : this.tell('DELETE /api/session', {});
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
    await this.tell('PUT /api/session/password', { password, newPassword });
  }

  /** Where the user is signed in, the session used last first. */
  async sessions(): Promise<ListedSession[]> {
    return (await this.ask('GET /api/sessions', {}, sessionsBodySchema)).sessions;
  }

  /** Ends one of the user's sessions, by its id in the list. @throws ChatError `not_found` when it has ended already */
  async endSession(id: string): Promise<void> {
    await this.tell('DELETE /api/sessions/:sessionId', { sessionId: id });
  }

  /** Ends all of the user's sessions but this one. */
  async endOtherSessions(): Promise<void> {
    await this.tell('DELETE /api/sessions', {});
  }

  settings(): Promise<Settings> {
    return this.ask('GET /api/settings', {}, settingsSchema);
  }

  /** One's own rooms; direct ones without a message are left out. */
  async rooms(): Promise<RoomSummary[]> {
    const all: RoomSummary[] = [];
    for (let after: string | undefined; ; ) {
      const { rooms, next } = await this.ask('GET /api/rooms', { after }, roomsBodySchema);
      all.push(...rooms);
      if (next === undefined) return all;
      after = next;
    }
  }

  /** The direct room with somebody. @throws ChatError `not_found`, `invalid` */
  openDirect(userId: string): Promise<ShownRoom> {
    return this.ask('POST /api/rooms', { userId }, shownRoomSchema);
  }

  /**
   * The newest messages of a room, those before or after a page's cursor, or those around a message (its id) or a place
   * (`{roomId}-{seq}`). @throws ChatError `forbidden`
   */
  page(
    roomId: string,
    query: { before?: string; after?: string; around?: string; limit?: number } = {},
  ): Promise<Page> {
    return this.ask('GET /api/rooms/:roomId/messages', { ...query, roomId }, pageSchema);
  }

  /** Marks everything in a room up to a place as read. @returns where the mark stands now. @throws ChatError `forbidden` */
  async markRead(roomId: string, seq: number): Promise<number> {
    return (await this.ask('PUT /api/rooms/:roomId/read', { roomId, seq }, readAnswerSchema)).seq;
  }

  /** Everybody page by page, or those with these ids (at most 200; unknown ones are left out). */
  users(query: { after?: string; limit?: number } | { ids: readonly string[] } = {}): Promise<UsersBody> {
    const flat = 'ids' in query ? { ids: query.ids.join(',') } : query;
    return this.ask('GET /api/users', flat, usersBodySchema);
  }

  async online(): Promise<Presence[]> {
    const all: Presence[] = [];
    for (let after: string | undefined; ; ) {
      const { users, next } = await this.ask('GET /api/users/online', { after }, usersBodySchema);
      all.push(...users);
      if (next === null) return all;
      after = next;
    }
  }

  /** @param answer the schema of that route's answer */
  private async ask<R extends HttpRoute>(
    route: R,
    request: CallRequest<CallOf<R>>,
    answer: AnswerSchema<CallOf<R>>,
  ): Promise<CallAnswer<CallOf<R>>> {
    const given = await this.request(route, request as object);
    // A sign-in page of the network's, say.
    if (given === undefined) throw new ChatError('unavailable', 'Something else answered in place of the server');
    const read = readView<z.ZodType>(answer).safeParse(given);
    if (!read.success) throw notUnderstood();
    return read.data as CallAnswer<CallOf<R>>;
  }

  /** As `ask`, for what has no answer. */
  private async tell<R extends HttpRoute>(route: R, request: CallRequest<CallOf<R>>): Promise<void> {
    await this.request(route, request as object);
  }

  private async request(route: HttpRoute, request: object): Promise<unknown> {
    if (this.leaving) throw new ChatError('unavailable', 'Signing out');
    let response: Response;
    let text: string;
    const call = new AbortController();
    const timeout = setTimeout(() => call.abort(), TIMEOUT_MS);
    this.underWay.add(call);
    try {
      const { path, ...asked } = spelled(route, request);
      response = await this.fetch(this.url + path, { ...asked, credentials: 'include', signal: call.signal });
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

/** A request's fields are in the path where that names them, the others in the query of a GET or DELETE, else in the body. */
function spelled(route: HttpRoute, request: object): { path: string; method: string } & RequestInit {
  const [method = '', pattern = ''] = route.split(' ');
  const fields = new Map<string, unknown>(Object.entries(request).filter(([, value]) => value !== undefined));
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => {
    const value = encodeURIComponent(String(fields.get(name)));
    fields.delete(name);
    return value;
  });
  if (fields.size === 0) return { path, method };
  if (method === 'GET' || method === 'DELETE') {
    return {
      path: `${path}?${new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]))}`,
      method,
    };
  }
  const headers = { 'content-type': 'application/json' };
  return { path, method, headers, body: JSON.stringify(Object.fromEntries(fields)) };
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
