import { ChatClient, type ChatClientOptions, createMemoryOutbox, directRoomId } from '@app/client';
import { type ErrorBody, type Message, PROTOCOL_VERSION, type Presence, type User } from '@app/contracts';
import { afterEach, vi } from 'vitest';
import type { Link, LinkHandlers } from '../../../libs/client/src/link';
import { ModelGateway } from '../../../libs/client/src/testing/model-gateway';
import { ModelServer } from '../../../libs/client/src/testing/model-server';

/** When the first message is stored, in Unix seconds. */
export const START = 1_795_500_000;
export const PABLO: User = { id: '1', username: 'Pablo' };
const LIMITS = { pageSize: 20, syncSize: 200, maxBehind: 10_000, maxChanges: 2000 };
const CHANGES = ['message.edit', 'message.delete'];
/** Longer than the client waits for more names to ask for. */
const NAMES_MS = 25;

interface Held {
  path: string;
  /** The room, or the id of the message, that it is about. */
  about: string;
  answer: () => void;
  refuse: (error: ErrorBody) => void;
  fail: () => void;
}

const chats = new Set<TestChat>();
afterEach(() => {
  for (const { client } of chats) client.disconnect();
  chats.clear();
});

/** Lets everything run that is due, but for timers. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}

/**
 * The real client of a user over a model server, of which a test plays the part. What the client asks is answered at once,
 * but for messages and changes of the user's: these wait for the test, as whatever it holds.
 */
export class TestChat extends ModelGateway {
  readonly client: ChatClient;
  /** What the client has asked, in order: the call, and the values that came with it. */
  readonly asked: string[] = [];
  /** Event, or method and path, of calls that are refused for now, and what with. */
  readonly refused = new Map<string, ErrorBody>();
  private isReachable = true;
  private isUp = false;
  private handlers: LinkHandlers | undefined;
  private readonly holding = new Set(['message', ...CHANGES]);
  private held: Held[] = [];

  constructor(user = PABLO, options: ChatClientOptions = {}) {
    super(new ModelServer(LIMITS), user);
    this.server.microseconds = START * 1e6;
    this.knows = ['room.page'];
    this.server.directs.clear();
    this.names.clear();
    this.addPerson({ ...user, online: true });
    const settings = {
      fetch: (input: unknown, init?: RequestInit) => this.fetch(String(input), init),
      outbox: createMemoryOutbox(),
      random: () => 1,
    };
    this.client = new ChatClient(user, { ...settings, ...options }, (handlers) => this.createLink(handlers));
    chats.add(this);
  }

  /** Connects, as far as the server lets it, and learns what everybody is called. */
  async start(): Promise<void> {
    this.client.connect();
    await settle();
    const isUnknown = [...this.names.keys()].some((id) => this.client.nameOf(id) === undefined);
    if (!isUnknown) return;
    if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(NAMES_MS);
    else await new Promise((done) => setTimeout(done, NAMES_MS));
    await settle();
  }

  /** Calls of this path wait: a socket's event, or method and path. */
  hold(path: string): void {
    this.holding.add(path);
  }

  /** Calls of this path are answered from now on, with those that wait. */
  release(path: string): void {
    this.holding.delete(path);
    for (const call of this.take((held) => held.path === path)) call.answer();
  }

  // What other people and devices do.

  addPerson({ id, username, online }: Presence): void {
    this.names.set(id, username);
    if (online) this.online.add(id);
    else this.online.delete(id);
  }

  /** Somebody is online from now on; a new account's first sign too. */
  come(user: User): void {
    this.addPerson({ ...user, online: true });
    this.tell('presence', [{ ...user, online: true }]);
  }

  leave(id: string): void {
    this.online.delete(id);
    this.tell('presence', [{ id, username: this.names.get(id), online: false }]);
  }

  /** There is a direct room with somebody. To be called before the client starts. */
  addDirect(userId: string): string {
    const id = directRoomId(this.user.id, userId);
    this.server.directs.add(id);
    return id;
  }

  /** Something that was said and read before; not news. */
  addHistory(roomId: string, from: string, text: string, date?: number): void {
    if (date !== undefined) this.server.microseconds = date * 1e6;
    const { seq = 0 } = this.server.append(roomId, from, text).message;
    this.readUpTo(roomId, seq);
  }

  /** One had read a room up to here, and not further. */
  readUpTo(roomId: string, seq: number): void {
    this.server.room(roomId).read.set(this.user.id, seq);
  }

  /** Somebody says something now. */
  receive(roomId: string, from: string, text: string): void {
    this.post(roomId, text, from);
  }

  /** The stored message with this text. */
  find(roomId: string, text: string): Message {
    const message = this.server.history(roomId).find((stored) => stored.message === text);
    if (!message) throw new Error(`Nobody has said "${text}"`);
    return message;
  }

  // What the server does with what the user sends.

  /** The server stores the message of a room that is on its way. */
  acknowledge(roomId: string): void {
    this.next(roomId).answer();
  }

  /** The server refuses the message of a room that is on its way. */
  refuse(roomId: string, error: ErrorBody): void {
    this.next(roomId).refuse(error);
  }

  /** The server makes the change of the user's that is on its way, or refuses it by its rules. */
  acknowledgeChanges(roomId: string): void {
    for (const call of this.takeChanges(roomId)) call.answer();
  }

  refuseChanges(roomId: string, error: ErrorBody): void {
    for (const call of this.takeChanges(roomId)) call.refuse(error);
  }

  // The connection.

  get isConnected(): boolean {
    return this.isUp;
  }

  /** The server cannot be reached any more. */
  loseConnection(): void {
    this.isReachable = false;
    this.close();
    this.handlers?.lost();
  }

  /** The server can be reached again. */
  restore(): void {
    this.isReachable = true;
  }

  /** The server can be reached again, and the client finds that out. */
  comeBack(): void {
    this.restore();
    this.client.retryNow();
  }

  /** The server ends the session. */
  endSession(): void {
    this.tell('session.ended', undefined);
  }

  /** The server speaks a later version. */
  becomeOutdated(): void {
    this.protocol = PROTOCOL_VERSION + 1;
    this.tell('hello', this.hello);
  }

  override tell(event: string, payload: unknown): void {
    if (this.isUp) this.handlers?.heard(event, payload);
  }

  private createLink(handlers: LinkHandlers): Link {
    this.handlers = handlers;
    let attempt = 0;
    return {
      open: () => {
        const current = ++attempt;
        queueMicrotask(() => {
          if (current !== attempt) return;
          if (!this.isReachable) {
            handlers.failed(false);
            return;
          }
          this.isUp = true;
          handlers.opened();
          handlers.heard('hello', this.hello);
        });
      },
      close: () => {
        attempt++;
        this.close();
      },
      call: (event, payload) => {
        const values = typeof payload === 'object' ? Object.values(payload ?? {}) : [payload];
        this.asked.push([event, ...values.map((value) => (typeof value === 'object' ? '…' : value))].join(' '));
        const { roomId, id } = payload as { roomId?: string; id?: string };
        const refused = (error: ErrorBody) => ({ ok: false, error });
        const answer = () => {
          const error = this.refused.get(event);
          return error ? refused(error) : this.onSocket(event, payload);
        };
        return this.call(event, roomId ?? id ?? '', answer, refused);
      },
    };
  }

  private fetch(input: string, init?: RequestInit): Promise<Response> {
    const url = new URL(input, 'http://chat');
    const path = `${init?.method} ${decodeURIComponent(url.pathname)}`;
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, string>) : {};
    this.asked.push([path + decodeURIComponent(url.search), ...Object.values(body)].join(' '));
    if (!this.isReachable) return Promise.reject(new TypeError('Failed to fetch'));
    const refused = (error: ErrorBody) => {
      this.refusals.push({ path, error });
      return this.onHttp(path, url.searchParams, body);
    };
    const answer = () => {
      const error = this.refused.get(path);
      return error ? refused(error) : this.onHttp(path, url.searchParams, body);
    };
    return this.call(path, path, answer, refused);
  }

  private call<T>(path: string, about: string, answer: () => T, refused: (error: ErrorBody) => T): Promise<T> {
    if (!this.holding.has(path)) return Promise.resolve().then(answer);
    return new Promise((resolve, reject) => {
      this.held.push({
        path,
        about,
        answer: () => resolve(answer()),
        refuse: (error) => resolve(refused(error)),
        fail: () => reject(new Error('lost')),
      });
    });
  }

  private close(): void {
    this.isUp = false;
    for (const call of this.take(({ path }) => !path.includes('/'))) call.fail();
  }

  private next(roomId: string): Held {
    const first = this.held.find(({ path, about }) => path === 'message' && about === roomId);
    if (!first) throw new Error('Nothing is on its way');
    this.take((held) => held === first);
    return first;
  }

  private takeChanges(roomId: string): Held[] {
    return this.take(({ path, about }) => CHANGES.includes(path) && about.startsWith(`${roomId}-`));
  }

  private take(isTaken: (held: Held) => boolean): Held[] {
    const taken = this.held.filter(isTaken);
    this.held = this.held.filter((held) => !taken.includes(held));
    return taken;
  }
}
