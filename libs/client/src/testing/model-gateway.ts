import {
  type CallRequest,
  type Changed,
  type DeleteRequest,
  directRoomId,
  directUsers,
  type EditRequest,
  type ErrorBody,
  type ListedSession,
  type Message,
  PROTOCOL_VERSION,
  type Presence,
  type ReadRequest,
  revOf,
  type SyncRequest,
  type User,
} from '@app/contracts';
import type { ModelServer } from './model-server';

const NOT_A_MEMBER: ErrorBody = { code: 'forbidden', message: 'Not a member' };

/** What a gateway answers one user, from a model of the services behind it; and what others do there meanwhile. */
export abstract class ModelGateway {
  /** What the next calls of a path are refused with, in turn. */
  readonly refusals: { path: string; error: ErrorBody }[] = [];
  /** What the next calls of a path are answered with, in place of the server's own answer. */
  readonly odd: { path: string; answer: unknown }[] = [];
  readonly online = new Set(['1']);
  protocol = PROTOCOL_VERSION;
  maxMessageLength = 4000;
  editWindowMs = 0;
  /** The server's clock, in Unix milliseconds; as an earlier release, it may not tell. */
  clock: (() => number) | undefined;
  /** What it says may be called on its sockets; an earlier release says nothing. */
  knows: string[] | undefined;
  /** Where the user is signed in. */
  sessions: ListedSession[] = [];

  constructor(
    readonly server: ModelServer,
    readonly user: User,
  ) {
    this.server.onChanged = (message) => this.tell('changed', changeOf(message));
  }

  /** Something for the client to hear, if it is connected. */
  abstract tell(event: string, payload: unknown): void;

  get names(): Map<string, string> {
    return this.server.names;
  }

  get hello() {
    const { user, protocol, maxMessageLength, editWindowMs, knows: calls } = this;
    const now = this.clock?.();
    return {
      user,
      serverId: 's',
      protocol,
      maxMessageLength,
      editWindowMs,
      ...(now !== undefined && { now }),
      ...(calls && { calls }),
    };
  }

  post(roomId: string, text: string, from = '2', clientId?: string): void {
    const { message, isNew } = this.server.append(roomId, from, text, clientId);
    if (isNew) this.tell('message', message);
  }

  postForeign(roomId: string, text: string): void {
    this.tell('message', this.server.appendForeign(roomId, text));
  }

  /** Somebody, perhaps the user on another device, changes a message. */
  editElsewhere({ id, from, seq, rev }: Message, text: string): void {
    this.server.edit(from, { id, message: text, ifRev: revOf({ seq, rev }) });
  }

  deleteElsewhere({ id, from }: Message): void {
    this.server.delete(from, id);
  }

  /** The user reads a room on another device. @returns where the mark stands */
  readElsewhere({ roomId, seq }: ReadRequest): number {
    const mark = this.server.markRead(roomId, this.user.id, seq);
    if (mark.moved) this.tell('room.read', { roomId, seq: mark.seq });
    return mark.seq;
  }

  /** @returns the acknowledgement of a call on the socket */
  protected onSocket(event: string, payload: unknown): unknown {
    const odd = this.takeOdd(event);
    if (odd) return odd.answer;
    const error = this.takeRefusal(event);
    if (error) return { ok: false, error };
    if (event === 'online') return { ok: true, users: this.users([...this.online]) };
    if (event === 'typing') return { ok: true };
    if (event === 'sync') return { ok: true, ...this.server.sync(payload as SyncRequest) };
    if (event === 'room.page') return this.onPage(payload as CallRequest<'room.page'>);
    if (event === 'room.read') return { ok: true, seq: this.readElsewhere(payload as ReadRequest) };
    if (event === 'message.edit') return this.changed(this.server.edit(this.user.id, payload as EditRequest));
    if (event === 'message.delete')
      return this.changed(this.server.delete(this.user.id, (payload as DeleteRequest).id));
    const { roomId, message: text, clientId } = payload as CallRequest<'message'>;
    const { message, isNew } = this.server.append(roomId, this.user.id, text, clientId);
    if (isNew) this.tell('message', message);
    return { ok: true, message };
  }

  /** @param path method and path, without a query @returns what a call of the HTTP API is answered with */
  protected onHttp(path: string, query: URLSearchParams, body: Record<string, string> = {}): Response {
    const odd = this.takeOdd(path);
    const error = odd ? undefined : this.takeRefusal(path);
    const answer = error ?? (odd ? odd.answer : this.httpAnswer(path, query, body));
    const ok = !(typeof answer === 'object' && answer !== null && 'code' in answer);
    return { ok, status: ok ? 200 : 400, text: async () => JSON.stringify(answer) ?? '' } as Response;
  }

  private httpAnswer(path: string, query: URLSearchParams, body: Record<string, string>): unknown {
    const [method, , , resource = '', id] = path.split(/[ /]/);
    if (resource === 'users') return this.usersPage(query);
    if (resource === 'sessions') return this.onSessions(method, id);
    if (resource === 'session') return undefined;
    if (method === 'POST') return this.openDirect(body.userId ?? '');
    if (id === undefined) return { rooms: this.server.summaries(this.user.id) };
    if (this.isBarred(id)) return NOT_A_MEMBER;
    return this.server.page(id, Object.fromEntries(query));
  }

  private onPage({ roomId, ...ask }: CallRequest<'room.page'>): unknown {
    return this.isBarred(roomId) ? { ok: false, error: NOT_A_MEMBER } : { ok: true, ...this.server.page(roomId, ask) };
  }

  private isBarred(roomId: string): boolean {
    return directUsers(roomId)?.includes(this.user.id) === false;
  }

  private usersPage(query: URLSearchParams): unknown {
    const ids = query.get('ids')?.split(',');
    if (ids) return { users: this.users(ids), next: null };
    const after = Number(query.get('after') ?? 0);
    const all = [...this.names.keys()].map(Number).filter((id) => id > after);
    const page = all.sort((a, b) => a - b).slice(0, Number(query.get('limit') ?? 50));
    return { users: this.users(page.map(String)), next: page.length < all.length ? String(page.at(-1)) : null };
  }

  private onSessions(method = '', id?: string): unknown {
    if (method === 'GET') return { sessions: this.sessions };
    this.sessions = this.sessions.filter((session) => (id === undefined ? session.current : session.id !== id));
    return undefined;
  }

  private openDirect(userId: string): unknown {
    const id = directRoomId(this.user.id, userId);
    this.server.directs.add(id);
    return { id, names: directUsers(id)?.map((user) => this.names.get(user) ?? '') };
  }

  private takeRefusal(path: string): ErrorBody | undefined {
    const index = this.refusals.findIndex((refusal) => refusal.path === path);
    return index < 0 ? undefined : this.refusals.splice(index, 1)[0]?.error;
  }

  private takeOdd(path: string): { answer: unknown } | undefined {
    const index = this.odd.findIndex((odd) => odd.path === path);
    return index < 0 ? undefined : this.odd.splice(index, 1)[0];
  }

  private changed(answer: ReturnType<ModelServer['edit']>): unknown {
    return { ok: !('error' in answer), ...answer };
  }

  private users(ids: readonly string[]): Presence[] {
    const known = ids.filter((id) => this.names.has(id));
    return known.map((id) => ({ id, username: this.names.get(id) ?? '', online: this.online.has(id) }));
  }
}

function changeOf(message: Message): Changed {
  const { roomId, seq, date } = message;
  return { roomId, rev: revOf(message), entity: `m${seq}:${Math.round(date * 1e6)}`, message };
}
