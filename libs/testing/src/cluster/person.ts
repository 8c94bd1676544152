import { type Ack, CALLS, callNamed, DEMO_PASSWORD, DEMO_USERNAMES, EVENTS, type Message, made } from '@app/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { until } from '../until';

/** What people have who register in tests. */
export const PASSWORD_OF_TESTS = 'Wacholder und Ginster';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
}
export interface Heard {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  data: any;
}

/** What somebody signs in with: the demo's people, or anybody else of the tests. */
export function passwordOf(username: string): string {
  return DEMO_USERNAMES.some((name) => name === username) ? DEMO_PASSWORD : PASSWORD_OF_TESTS;
}

/** Somebody with a cookie, at one gateway. */
export class Person {
  private sockets: Socket[] = [];
  id = '';

  private constructor(
    readonly url: string,
    readonly username: string,
    public cookie: string,
  ) {}

  /** A visitor without a session. */
  static visitor(url: string): Person {
    return new Person(url, '', '');
  }

  /** Signs in: with the demo's password one of its people, anybody else with that of `register`. */
  static async signIn(url: string, username: string, password = passwordOf(username)): Promise<Person> {
    const person = new Person(url, username, '');
    const { status, body } = await person.post('/api/session', { username, password });
    if (status !== 200) throw new Error(`${username} could not sign in: ${status} ${JSON.stringify(body)}`);
    person.id = body.user.id;
    return person;
  }

  /** Registers somebody new. */
  static async register(url: string, username: string, password = PASSWORD_OF_TESTS): Promise<Person> {
    const person = new Person(url, username, '');
    const { status, body } = await person.post('/api/users', { username, password });
    if (status !== 201) throw new Error(`${username} could not register: ${status} ${JSON.stringify(body)}`);
    person.id = body.user.id;
    return person;
  }

  /** The same session at another gateway; `leave` is for both. */
  at(url: string): Person {
    const person = new Person(url, this.username, this.cookie);
    person.id = this.id;
    person.sockets = this.sockets;
    return person;
  }

  /** The id in the session's cookie, which only Redis and the browser know. */
  get sessionId(): string {
    return decodeURIComponent(this.cookie.slice(this.cookie.indexOf('=') + 1))
      .slice(2)
      .split('.')[0] as string;
  }

  get(path: string): Promise<Answer> {
    return this.request('GET', path);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('POST', path, body, headers);
  }

  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.cookie && { cookie: this.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie) this.cookie = cookie;
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  }

  /** Opens a socket that notes all it hears; resolves once it hears its rooms. */
  async connect(options: Partial<ManagerOptions & SocketOptions> = {}): Promise<Ears> {
    const ears = new Ears(this.socket(options));
    await ears.next('hello');
    return ears;
  }

  /** Opens a socket and leaves the rest to the caller. */
  socket(options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
    const socket = io(this.url, {
      forceNew: true,
      extraHeaders: { cookie: this.cookie },
      transports: ['websocket'],
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...options,
    });
    this.sockets.push(socket);
    return socket;
  }

  /** Closes all sockets opened here. */
  leave(): void {
    for (const socket of this.sockets) socket.disconnect();
  }
}

/** What Socket.IO clients of both versions have in common. */
export interface AnySocket {
  onAny(listener: (event: string, ...data: unknown[]) => void): unknown;
  emit(event: string, ...data: unknown[]): unknown;
  disconnect(): unknown;
}

/** A socket that notes everything it hears. What a test looks at has to be what its contract says, to the letter. */
export class Ears<S extends AnySocket = Socket> {
  readonly heard: Heard[] = [];

  constructor(readonly socket: S) {
    socket.onAny((event, data) => this.heard.push({ event, data }));
  }

  /** The texts of the messages heard, in order, of one room or of all. */
  texts(roomId?: string): string[] {
    return this.of('message')
      .filter((message) => roomId === undefined || message.roomId === roomId)
      .map((message) => message.message);
  }

  /** The data of an event's occurrences so far. */
  of(event: string) {
    return this.heard.filter((heard) => heard.event === event).map(({ data }) => exactly(event, data));
  }

  /** The first occurrence of an event (that fits), heard already or yet to come. */
  async next(event: string, fits: (data: Heard['data']) => boolean = () => true): Promise<Heard['data']> {
    const find = () => this.heard.find((heard) => heard.event === event && fits(heard.data));
    await until(() => find() !== undefined, `event ${event}`);
    return exactly(event, find()?.data);
  }

  /** Waits for a message with this text. */
  hears(text: string): Promise<Message> {
    return this.next('message', (message) => message.message === text);
  }

  /** Calls the server and gives its answer. */
  call<T extends object = { message: Message }>(event: string, ...data: unknown[]): Promise<Ack<T>> {
    return new Promise((resolve, reject) =>
      this.socket.emit(event, ...data, (answer: Ack<T>) => {
        const { ok, ...value } = answer;
        try {
          if (ok && Object.hasOwn(CALLS, event)) made(callNamed(event as keyof typeof CALLS).answer, value);
        } catch (error) {
          reject(error);
        }
        resolve(answer);
      }),
    );
  }

  /** Sends a message; gives the stored one. */
  async say(
    roomId: string,
    message: string,
    clientId = `test-${Math.random().toString(36).slice(2)}`,
  ): Promise<Message> {
    const answer = await this.call('message', { roomId, message, clientId });
    if (!answer.ok) throw new Error(`not sent: ${answer.error.code} ${answer.error.message}`);
    return answer.message;
  }
}

function exactly(event: string, data: Heard['data']): Heard['data'] {
  if (Object.hasOwn(EVENTS, event)) made<unknown>(EVENTS[event as keyof typeof EVENTS].data, data);
  return data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
