import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

export interface Answer {
  status: number;
  body: string;
  /** Those that it sets, as a request brings them back. */
  cookies: readonly string[];
}

/** One kept-alive connection that asks one thing at a time: cheap enough not to be what is measured. */
export class HttpConnection {
  private socket: Socket | undefined;
  private received: Buffer[] = [];
  private waiting?: { resolve: (answer: Answer) => void; reject: (error: Error) => void };
  private missing = 0;
  /** Sent with each request. */
  cookie = '';

  private constructor(
    private readonly port: number,
    private readonly headers: string,
  ) {}

  /** @param headers sent with each request */
  static async open(port: number, headers: Readonly<Record<string, string>> = {}): Promise<HttpConnection> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const connection = new HttpConnection(port, lines.join(''));
    await connection.connect();
    return connection;
  }

  /** @throws Error when the answer is none of success */
  async get(path: string): Promise<string> {
    return this.ask('GET', path);
  }

  /** @throws Error when the answer is none of success */
  async post(path: string, body: object): Promise<string> {
    return this.ask('POST', path, JSON.stringify(body));
  }

  /** Posts, and takes the cookies that come back in place of those it had. */
  async signIn(path: string, body: object): Promise<string> {
    this.cookie = '';
    const answer = await this.exchange('POST', path, JSON.stringify(body));
    this.cookie = answer.cookies.join('; ');
    return answer.body;
  }

  close(): void {
    this.socket?.destroy();
  }

  private async connect(): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port: this.port, noDelay: true });
    this.socket = socket;
    this.received = [];
    this.missing = 0;
    socket.on('data', (bytes: Buffer) => this.read(bytes));
    const fail = (error?: Error) => this.waiting?.reject(error ?? new Error('The server closed the connection'));
    socket.on('error', fail);
    socket.on('close', () => fail());
    await once(socket, 'connect');
    return socket;
  }

  private async ask(method: string, path: string, body = ''): Promise<string> {
    return (await this.exchange(method, path, body)).body;
  }

  private async exchange(method: string, path: string, body: string): Promise<Answer> {
    const cookie = this.cookie && `Cookie: ${this.cookie}\r\n`;
    const type = body && `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    // A server closes a connection that was idle for some seconds.
    const socket = this.socket && !this.socket.destroyed ? this.socket : await this.connect();
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.waiting = { resolve, reject };
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${this.port}\r\n${this.headers}${cookie}${type}\r\n${body}`,
      );
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer;
  }

  /** Answers say how long they are; one that does not is none of ours. */
  private read(bytes: Buffer): void {
    this.received.push(bytes);
    this.missing -= bytes.length;
    if (this.missing > 0) return;
    const all = this.received.length === 1 ? bytes : Buffer.concat(this.received);
    const end = all.indexOf(HEAD_END);
    if (end === -1) return;
    const head = all.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) {
      this.waiting?.reject(new Error(`An answer without a length: ${head}`));
      return;
    }
    this.missing = end + HEAD_END.length + length - all.length;
    this.received = [all];
    if (this.missing > 0) return;
    this.received = [];
    this.missing = 0;
    const cookies = [...head.matchAll(/^set-cookie: ([^;\r]+)/gim)].map(([, cookie]) => cookie ?? '');
    const status = Number(head.slice(9, 12));
    this.waiting?.resolve({ status, body: all.toString('utf8', end + HEAD_END.length), cookies });
  }
}

/** Opens so many connections, uses them and closes them whatever happens. */
export async function withConnections<T>(
  { port, headers, count }: { port: number; headers: Readonly<Record<string, string>>; count: number },
  use: (connections: readonly HttpConnection[]) => Promise<T>,
): Promise<T> {
  const connections = await Promise.all(Array.from({ length: count }, () => HttpConnection.open(port, headers)));
  try {
    return await use(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Each of them does it, one time after the other, for so long (closed loop). */
export async function closedLoop<C>(
  connections: readonly C[],
  ms: number,
  ask: (connection: C) => Promise<unknown>,
): Promise<{ count: number; perS: number }> {
  const start = performance.now();
  let count = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - start < ms) {
        await ask(connection);
        count++;
      }
    }),
  );
  return { count, perS: count / ((performance.now() - start) / 1000) };
}

/** How long it takes, in ms. */
export async function timed(what: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await what();
  return performance.now() - start;
}
