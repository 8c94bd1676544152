import { type ChatApi, forgetKept, type KeptChat } from '@app/client';
import { ChatError, type User } from '@app/contracts';
import type { Chat } from '../../lib/chat';
import type { Device, Remembered } from '../../lib/device/device';

export type SessionState =
  | { status: 'loading' }
  /** The server did not answer; asked again by itself. */
  | { status: 'unreachable' }
  /** The server answered, and this page does not understand it. */
  | { status: 'outdated' }
  /** `nobody` was signed in; somebody `left`; the server `ended` the session. */
  | { status: 'signed-out'; why: 'nobody' | 'left' | 'ended' }
  | { status: 'signed-in'; user: User; chat: Chat };

export type SessionApi = Pick<ChatApi, 'session' | 'signIn' | 'register' | 'settings'>;

export interface SessionOptions {
  api: SessionApi;
  /** Makes the chat of a user who has just signed in; not yet connected. @param kept what it begins with */
  createChat: (user: User, kept?: KeptChat) => Chat;
  /** What this browser has kept, for when the server cannot be reached. */
  device?: Device;
  /** How long to wait before asking an unreachable server again. */
  retryMs?: number;
  /** How long to wait for an answer before one makes do with what the device has kept. */
  patienceMs?: number;
  /** Called when somebody has signed out and the browser has cleared its storage. */
  cleared?: () => void;
}

/** What one tab tells the others: somebody has signed out. */
const LEFT = 'left';

/** Who is signed in on this page, and their live chat. Lives outside of React: one for the page. */
export class Session {
  #state: SessionState = { status: 'loading' };
  readonly #listeners = new Set<() => void>();
  readonly #options: SessionOptions;
  #leaving = false;
  #detach: (() => void) | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('session') : undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#tabs?.addEventListener('message', ({ data }) => {
      if (data !== LEFT) return;
      if (this.#state.status === 'signed-in') this.#leave('ended');
      void forgetKept().then(() => this.#set({ ...this.#state }));
    });
  }

  get api(): SessionApi {
    return this.#options.api;
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Asks the server who is signed in; asks again by itself until it answers. Where that takes long, one begins with what the
   * device has kept of the user who was here last.
   */
  async start(): Promise<void> {
    clearTimeout(this.#retry);
    // A network that is there and answers nothing is as good as none.
    const late = setTimeout(() => void this.#enterFromDevice(), this.#options.patienceMs ?? 3000);
    try {
      const user = await this.#ask();
      const current = this.#state.status === 'signed-in' ? this.#state.user : undefined;
      if (user === null) await this.#nobody();
      else if (user.id !== current?.id) this.#enter(user);
    } catch (error) {
      if (error instanceof ChatError && error.code === 'outdated' && !this.#isSettled()) {
        this.#set({ status: 'outdated' });
        return;
      }
      if ((await this.#enterFromDevice()) || this.#isSettled()) return;
      this.#set({ status: 'unreachable' });
      this.#retry = setTimeout(() => void this.start(), this.#options.retryMs ?? 3000);
    } finally {
      clearTimeout(late);
    }
  }

  /** @throws ChatError `unauthorized` for a wrong name or password, `rate_limited`, … */
  async signIn(username: string, password: string): Promise<void> {
    this.#enter(await this.api.signIn(username, password));
  }

  /** Makes an account and signs in. @throws ChatError `conflict` for a name that is taken, `invalid`, … */
  async register(username: string, password: string): Promise<void> {
    this.#enter(await this.api.register(username, password));
  }

  /**
   * @param options `everywhere`: all of the user's sessions
   * @throws ChatError when the server could not be told: the session still exists
   */
  async signOut(options: { everywhere?: boolean } = {}): Promise<void> {
    if (this.#state.status !== 'signed-in') return;
    const { chat } = this.#state;
    this.#leaving = true;
    try {
      await chat.signOut(options);
    } finally {
      this.#leaving = false;
    }
    // The socket may have told long before the answer came, and somebody have signed in since.
    const next = this.#state.status === 'signed-in' && this.#state.chat !== chat ? this.#state.user : undefined;
    if (!next) this.#leave('left');
    await forgetKept(next?.id);
    if (!next) this.#tabs?.postMessage(LEFT);
    this.#options.cleared?.();
  }

  /** Who is signed in; null: nobody, however the server says so. */
  async #ask(): Promise<User | null> {
    try {
      return await this.api.session();
    } catch (error) {
      if (error instanceof ChatError && error.code === 'unauthorized') return null;
      throw error;
    }
  }

  async #nobody(): Promise<void> {
    if (this.#state.status === 'signed-in') this.#leave('ended');
    else this.#set({ status: 'signed-out', why: 'nobody' });
    // What one has not sent stays for its author.
    await this.#options.device?.forget();
  }

  /** Begins with what the device has kept, if nobody is here yet. @returns whether it does */
  async #enterFromDevice(): Promise<boolean> {
    if (this.#isSettled()) return false;
    const remembered = await this.#options.device?.load();
    // Another answer came first.
    if (!remembered || this.#isSettled()) return false;
    this.#enter(remembered.user, remembered);
    return true;
  }

  #isSettled(): boolean {
    return this.#state.status === 'signed-in' || this.#state.status === 'signed-out';
  }

  #enter(user: User, remembered?: Remembered): void {
    this.#part();
    // What others have left: the device has changed hands.
    void forgetKept(user.id);
    const chat = this.#options.createChat(user, remembered?.kept);
    chat.on('state', (state) => {
      const current = this.#state.status === 'signed-in' && this.#state.chat === chat;
      // The socket may hear of one's own sign-out first.
      if (current && state.status === 'signed-out') this.#leave(this.#leaving ? 'left' : 'ended');
    });
    this.#set({ status: 'signed-in', user, chat });
    this.#detach = this.#options.device?.attach(user, chat);
    chat.connect();
  }

  #leave(why: 'left' | 'ended'): void {
    const user = this.#part();
    if (why === 'left') void forgetKept();
    // Nobody reads it here without a session.
    else if (user) void this.#options.device?.forgetUser(user.id);
    this.#set({ status: 'signed-out', why });
  }

  /** Ends the chat that is here, before anything is forgotten: a live one would keep more. @returns whose it was */
  #part(): User | undefined {
    this.#detach?.();
    this.#detach = undefined;
    if (this.#state.status !== 'signed-in') return undefined;
    this.#state.chat.disconnect();
    return this.#state.user;
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
