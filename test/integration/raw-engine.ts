import { once } from 'node:events';
import { until } from '@app/testing';
import WebSocket from 'ws';

type Headers = Record<string, string>;

/** Engine.IO over a WebSocket without a client's manners: packets as they are written. */
export class RawSocket {
  readonly heard: string[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.heard.push(String(data)));
    socket.on('error', () => undefined);
  }

  /** Opens a connection and hears `0{…}`. @param query besides the transport's */
  static async open(url: string, headers: Headers, query = 'EIO=4'): Promise<RawSocket> {
    const raw = new RawSocket(
      new WebSocket(`${url.replace('http', 'ws')}/socket.io/?${query}&transport=websocket`, { headers }),
    );
    await raw.hears('0{');
    return raw;
  }

  /** Resolves with the status of the refusal. */
  static async refused(url: string, headers: Headers, query = 'EIO=4'): Promise<{ status: number; body: unknown }> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?${query}&transport=websocket`, { headers });
    socket.on('error', () => undefined);
    const [, response] = await Promise.race([
      once(socket, 'unexpected-response'),
      once(socket, 'open').then(() => Promise.reject(new Error('was let in'))),
    ]);
    let text = '';
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode, body: JSON.parse(text) };
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(...packets: (string | Buffer)[]): this {
    for (const packet of packets) this.socket.send(packet);
    return this;
  }

  /** Waits for a packet that begins so. */
  async hears(beginning: string): Promise<string> {
    const find = () => this.heard.find((packet) => packet.startsWith(beginning));
    await until(() => find() !== undefined || this.socket.readyState === WebSocket.CLOSED, `packet ${beginning}`);
    const packet = find();
    if (packet === undefined)
      throw new Error(`closed before ${beginning}; heard ${this.heard.join(' ').slice(0, 500)}`);
    return packet;
  }

  /** Joins and hears the greeting. */
  async join(): Promise<this> {
    this.send('40{"protocol":1}');
    await this.hears('42["hello"');
    return this;
  }

  async closed(): Promise<void> {
    await until(() => this.socket.readyState === WebSocket.CLOSED, 'closed');
  }
}

/** The same over requests. */
export class RawPolling {
  /** Came with a packet that was waited for, and is not asked for yet. */
  private rest: string[] = [];

  private constructor(
    readonly address: string,
    readonly sid: string,
    private readonly headers: Headers,
  ) {}

  static async open(url: string, headers: Headers): Promise<RawPolling> {
    const address = `${url}/socket.io/?EIO=4&transport=polling`;
    const text = await (await fetch(address, { headers })).text();
    const { sid } = JSON.parse(text.slice(1)) as { sid: string };
    return new RawPolling(address, sid, headers);
  }

  post(body: string, headers: Headers = this.headers): Promise<Response> {
    const type = { 'content-type': 'text/plain;charset=UTF-8' };
    return fetch(`${this.address}&sid=${this.sid}`, { method: 'POST', headers: { ...type, ...headers }, body });
  }

  poll(headers: Headers = this.headers): Promise<Response> {
    return fetch(`${this.address}&sid=${this.sid}`, { headers });
  }

  /** Polls until a packet begins so, or the connection is gone. */
  async hears(beginning: string): Promise<string> {
    for (;;) {
      const at = this.rest.findIndex((packet) => packet.startsWith(beginning));
      const packet = this.rest[at];
      this.rest = this.rest.slice(at + 1);
      if (packet !== undefined) return packet;
      const response = await this.poll();
      const text = await response.text();
      if (!response.ok) throw new Error(`gone before ${beginning}: ${text}`);
      this.rest.push(...text.split('\x1e'));
    }
  }
}
