import { type Message, revOf } from '@app/contracts';
import { ChatClient } from '../chat-client';
import type { KeptChat } from '../kept-chat';
import type { Link, LinkHandlers } from '../link';
import { createMemoryOutbox } from '../outbox-store';
import type { ChatClientOptions, Entry } from '../types';
import { ModelGateway } from './model-gateway';
import { ModelServer } from './model-server';

interface Call {
  /** On the socket: in order with news, and lost with the connection. */
  onSocket: boolean;
  path: string;
  /** What the server does; done once. */
  work: () => unknown;
  answer?: { value: unknown };
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

type News = [event: string, payload: unknown];

const USER = { id: '1', username: 'Pablo' };

/** A client against a model server, with every message between them in the hands of the test. Needs fake timers. */
export class Simulation extends ModelGateway {
  client: ChatClient;
  readonly calls: Call[] = [];
  readonly announced: string[] = [];
  /** Of the changes that were told of, message and `rev`. */
  readonly changes: string[] = [];
  link: 'closed' | 'opening' | 'greeting' | 'up' = 'closed';
  heardForeign = false;
  onSent: (entry: Entry) => void = () => {};
  onEdited: (key: string, text: string | undefined) => void = () => {};
  /** Called when a page gives way to a new one. */
  onReload: () => void = () => {};
  private news: News[] = [];
  private kept: KeptChat | undefined;
  private handlers: LinkHandlers | undefined;

  private readonly options: ChatClientOptions;

  constructor(server = new ModelServer(), options: ChatClientOptions = {}) {
    super(server, USER);
    this.options = {
      random: () => 0.5,
      fetch: (input, init) => this.fetch(String(input), init),
      outbox: createMemoryOutbox(),
      ...options,
    };
    this.client = this.createClient(this.options);
  }

  /** What the client would keep on the device is kept. */
  keep(): void {
    const list = this.client.keepList();
    if (!list) return;
    const histories = list.rooms.flatMap(({ id }) => this.client.keepHistory(id) ?? []);
    // As it comes back from a device.
    this.kept = JSON.parse(JSON.stringify({ list, histories, names: [{ id: '2', username: 'Joe' }] }));
  }

  /** The page is loaded anew, while the server cannot be reached, and begins with what was kept. */
  reload(): void {
    this.client.disconnect();
    this.close();
    for (const call of [...this.calls]) this.end(call);
    this.announced.length = 0;
    this.changes.length = 0;
    this.onReload();
    this.client = this.createClient({ ...this.options, kept: this.kept });
    this.client.connect();
  }

  /** Connected, with both rooms open. */
  static async online(server?: ModelServer): Promise<Simulation> {
    const simulation = new Simulation(server);
    for (const roomId of ['0', '1:2']) void simulation.client.open(roomId);
    await simulation.start();
    return simulation;
  }

  /** Lets everything run that is due. */
  async run(ms = 0): Promise<void> {
    jest.advanceTimersByTime(ms);
    for (let i = 0; i < 40; i++) await Promise.resolve();
  }

  /** The link opens, and says hello at the next step. */
  stepLink(): void {
    if (this.link === 'opening') {
      this.link = 'greeting';
      this.handlers?.opened();
    } else if (this.link === 'greeting') {
      this.link = 'up';
      this.handlers?.heard('hello', this.hello);
    }
  }

  failLink(refused = false): void {
    if (this.link !== 'opening') return;
    this.link = 'closed';
    this.handlers?.failed(refused);
  }

  dropLink(): void {
    if (this.link !== 'greeting' && this.link !== 'up') return;
    this.close();
    this.handlers?.lost();
  }

  /** Something for the client to hear, if it is connected. */
  override tell(event: string, payload: unknown): void {
    if (this.link === 'greeting' || this.link === 'up') this.news.push([event, payload]);
  }

  /**
   * Hears a piece of news, in any order but for what has no number: nothing that was said after it is heard before it.
   * @returns whether there was one
   */
  hear(pick: number, again = false): boolean {
    const barrier = this.news.findIndex(([event, payload]) => event === 'resync' || isForeign(payload));
    const isFirst = this.news[barrier]?.[0] === 'resync' ? 0 : 1;
    const choices = barrier < 0 ? this.news.length : barrier + isFirst;
    const index = choices > 0 ? pick % choices : 0;
    const [news] = this.news.slice(index, index + 1);
    if (!news) return false;
    if (!again) this.news.splice(index, 1);
    this.heardForeign ||= isForeign(news[1]);
    this.handlers?.heard(...news);
    return true;
  }

  /** The server does what a call asks; then the answer arrives. @returns whether there was a call */
  stepCall(pick: number): boolean {
    const call = this.calls[pick % this.calls.length];
    if (!call) return false;
    if (call.answer) {
      if (call.onSocket) while (this.news.some(([, payload]) => isForeign(payload))) this.hear(0);
      this.end(call);
      call.resolve(call.answer.value);
    } else {
      call.answer = { value: call.work() };
    }
    return true;
  }

  /** A call fails, whether the server did it or not. */
  failCall(pick: number): void {
    const call = this.calls[pick % this.calls.length];
    if (!call) return;
    this.end(call);
    call.reject(new Error('timeout'));
  }

  /** Answers that are on the way on the socket will not arrive. */
  loseAnswers(): void {
    for (const call of this.calls.filter(({ onSocket, answer }) => onSocket && answer)) {
      this.end(call);
      call.reject(new Error('timeout'));
    }
  }

  /** Connected, and all that follows from it done. */
  async start(): Promise<void> {
    this.client.connect();
    await this.settle();
  }

  /** Lets calls of a path arrive and be answered. @returns how many there were */
  async answer(path: string): Promise<number> {
    let count = 0;
    for (let call = this.find(path); call; call = this.find(path), count++) {
      call.resolve(call.work());
      this.end(call);
      await this.run();
    }
    return count;
  }

  find(path: string): Call | undefined {
    return this.calls.find((call) => call.path === path);
  }

  /** Foreign messages that are on the way will not arrive. */
  loseForeignNews(): void {
    this.news = this.news.filter(
      ([, payload]) => !String((payload as Partial<Message> | undefined)?.id).startsWith('x'),
    );
  }

  /** Lets everything succeed until nothing is left to be done. */
  async settle(): Promise<void> {
    for (let quiet = 0, rounds = 0; quiet < 3; rounds++) {
      if (rounds > 200) throw new Error(`It never comes to rest: ${this.calls.map(({ path }) => path)}`);
      this.stepLink();
      this.stepLink();
      await this.run();
      let busy = false;
      while (this.hear(0)) busy = true;
      while (this.stepCall(0)) busy = true;
      await this.run(20_000);
      quiet = busy || this.link !== 'up' ? 0 : quiet + 1;
    }
  }

  private createClient(options: ChatClientOptions): ChatClient {
    const client = new ChatClient(USER, options, (handlers) => this.createLink(handlers));
    client.on('message', (message) => this.announced.push(message.id));
    client.on('changed', (message) => this.changes.push(`${message.id} ${revOf(message)}`));
    return client;
  }

  private end(call: Call): void {
    this.calls.splice(this.calls.indexOf(call), 1);
  }

  private close(): void {
    this.link = 'closed';
    this.news = [];
    for (const call of this.calls.filter(({ onSocket }) => onSocket)) {
      this.end(call);
      call.reject(new Error('closed'));
    }
  }

  private createLink(handlers: LinkHandlers): Link {
    this.handlers = handlers;
    return {
      open: () => {
        this.link = 'opening';
      },
      close: () => this.close(),
      call: (event, payload) => this.call(event, () => this.onSocket(event, payload), true),
    };
  }

  private fetch(input: string, init?: RequestInit): Promise<Response> {
    const url = new URL(input, 'http://chat');
    const path = `${init?.method} ${decodeURIComponent(url.pathname)}`;
    return this.call(path, () => this.onHttp(path, url.searchParams), false) as Promise<Response>;
  }

  private call(path: string, work: () => unknown, onSocket: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => this.calls.push({ path, work, onSocket, resolve, reject }));
  }
}

function isForeign(payload: unknown): boolean {
  return String((payload as Partial<Message> | undefined)?.id).startsWith('x');
}
