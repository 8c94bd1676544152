import { HttpConnection, timed } from './http';

/** As a browser opens to one host. */
const CONNECTIONS = 6;
/** What the demo's client asks for of a room. */
const PAGE = 15;

/** What it asks for, in this order; `burst` is all of it. */
export const CALLS = ['login', 'me', 'online', 'rooms', 'messages', 'users', 'burst'] as const;
export type Note = (call: (typeof CALLS)[number], ms: number) => void;

/** A browser with the demo's client in it. */
export class DemoClient {
  private constructor(private readonly connections: readonly HttpConnection[]) {}

  static async open(port: number): Promise<DemoClient> {
    return new DemoClient(await Promise.all(Array.from({ length: CONNECTIONS }, () => HttpConnection.open(port))));
  }

  /**
   * Signs in and asks for all that is shown then.
   * @returns what was answered: the same of every server
   * @throws Error when a room or a page is missing
   */
  async signIn(username: string, password: string, note: Note): Promise<string> {
    const [first] = this.connections as [HttpConnection];
    const timedAs = async <T>(call: Parameters<Note>[0], ask: () => Promise<T>): Promise<T> => {
      let answer: T | undefined;
      note(
        call,
        await timed(async () => {
          answer = await ask();
        }),
      );
      return answer as T;
    };
    const get = (call: Parameters<Note>[0], connection: HttpConnection, path: string) =>
      timedAs(call, () => connection.get(path));
    return timedAs('burst', async () => {
      const user = await timedAs('login', () => first.signIn('/login', { username, password }));
      for (const connection of this.connections) connection.cookie = first.cookie;
      const { id } = JSON.parse(await get('me', first, '/me')) as { id: string };
      const [, second] = this.connections as [HttpConnection, HttpConnection];
      const [online, listed] = await Promise.all([
        get('online', first, '/users/online'),
        get('rooms', second, `/rooms/${id}`),
      ]);
      const rooms = (JSON.parse(listed) as { id: string }[]).map((room) => room.id).sort();
      const pages: string[] = [];
      let next = 0;
      await Promise.all(
        this.connections.map(async (connection) => {
          for (let at = next++; at < rooms.length; at = next++) {
            pages[at] = await get('messages', connection, `/room/${rooms[at]}/messages?offset=0&size=${PAGE}`);
          }
        }),
      );
      const messages = pages.map((page) => JSON.parse(page) as { from: string; message: string }[]);
      if (messages.some((page) => page.length !== PAGE)) throw new Error('A page is not whole');
      const ids = [...new Set(messages.flat().map(({ from }) => from))].sort();
      const users = await get('users', first, `/users?${ids.map((each) => `ids[]=${each}`).join('&')}`);
      return JSON.stringify([user, online, rooms, messages.map((page) => page.map(({ message }) => message)), users]);
    });
  }

  async signOut(): Promise<void> {
    await this.connections[0]?.post('/logout', {});
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
