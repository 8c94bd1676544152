import { connect, type Socket } from 'node:net';
import { clientFrame } from './frames';
import { Incoming, type Listener } from './incoming';

/** How somebody connects. */
export interface Handshake {
  port: number;
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent once the server has opened an Engine.IO session; absent: there is none. */
  connectPacket?: string;
  /** How the packet begins that says that all is ready; absent: the upgrade says it. */
  readyPacket?: string;
}

export interface SocketListener extends Omit<Listener, 'other'> {
  /** The server answered a message; the answer when it is none that says that all went well. */
  answered(mark: number, refusal: string | undefined): void;
  /** Something was read. */
  taken(): void;
  /** The server closed it, unexpectedly. */
  closed(): void;
}

/** All sockets read into one buffer: what is read is looked at before the next one reads. */
const SHARED = Buffer.alloc(1 << 18);
const PONG = clientFrame('3');
const WS_PONG = 0x8a;
const OPCODE = 15;
const PING = 9;

/** A WebSocket client with nothing that costs time: bytes in, bytes out. */
export class BenchSocket {
  readonly incoming: Incoming;
  bytes = 0;
  private head: string | undefined = '';
  private readonly socket: Socket;
  private readonly opened: Promise<void>;
  private isReady: () => void = () => undefined;
  private isOpen = false;

  private constructor(
    private readonly handshake: Handshake,
    private readonly listener: SocketListener,
    private readonly okAnswer: string,
  ) {
    this.incoming = new Incoming({
      copy: listener.copy,
      loose: listener.loose,
      astray: listener.astray,
      dueOf: listener.dueOf,
      other: (bytes, from, to) => this.packet(bytes, from, to),
    });
    this.socket = connect({
      host: '127.0.0.1',
      port: handshake.port,
      noDelay: true,
      onread: { buffer: SHARED, callback: (length, buffer) => this.read(length, buffer as Buffer) },
    });
    this.opened = new Promise((resolve, reject) => {
      this.isReady = resolve;
      this.socket.on('error', reject);
      this.socket.once('close', () => {
        reject(new Error(`closed: ${this.head ?? ''}`));
        if (this.isOpen) listener.closed();
      });
    });
    this.socket.on('connect', () => this.socket.write(this.upgrade()));
  }

  /**
   * Connects; resolves when the server says that it is ready.
   * @param okAnswer how the answer to a call begins that went well
   */
  static async open(handshake: Handshake, listener: SocketListener, okAnswer = ''): Promise<BenchSocket> {
    const socket = new BenchSocket(handshake, listener, okAnswer);
    await socket.opened;
    socket.isOpen = true;
    return socket;
  }

  send(frame: Buffer): void {
    this.socket.write(frame);
  }

  /** The server is about to close it. */
  expectEnd(): void {
    this.isOpen = false;
  }

  close(): void {
    this.expectEnd();
    this.socket.destroy();
  }

  private upgrade(): string {
    const lines = Object.entries(this.handshake.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    return (
      `GET ${this.handshake.path} HTTP/1.1\r\nHost: 127.0.0.1:${this.handshake.port}\r\n${lines.join('')}` +
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
    );
  }

  private read(length: number, buffer: Buffer): boolean {
    this.bytes += length;
    let from = 0;
    if (this.head !== undefined) {
      from = this.readHead(buffer.toString('latin1', 0, length));
      if (from === -1) return true;
    }
    this.incoming.take(buffer, from, length);
    this.listener.taken();
    return true;
  }

  /** @returns where the frames begin; -1: not yet */
  private readHead(text: string): number {
    const before = this.head?.length ?? 0;
    const head = `${this.head}${text}`;
    const end = head.indexOf('\r\n\r\n');
    if (end === -1 || !head.startsWith('HTTP/1.1 101')) {
      this.head = head;
      if (end !== -1) this.socket.destroy();
      return -1;
    }
    this.head = undefined;
    if (!this.handshake.readyPacket) this.isReady();
    return end + 4 - before;
  }

  private packet(bytes: Buffer, from: number, to: number): void {
    if (((bytes[from - 2] as number) & OPCODE) === PING && to - from === 0) {
      this.socket.write(clientFrame('', WS_PONG));
      return;
    }
    const { connectPacket, readyPacket = '' } = this.handshake;
    switch (bytes.toString('latin1', from, Math.min(to, from + 1))) {
      case '0':
        if (connectPacket) this.socket.write(clientFrame(connectPacket));
        return;
      case '2':
        this.socket.write(PONG);
        return;
      case '4': {
        const text = bytes.toString('latin1', from, Math.min(to, from + 80));
        if (readyPacket && text.startsWith(readyPacket)) this.isReady();
        else if (text.startsWith('43')) this.answer(text);
        else if (text.startsWith('44')) this.socket.destroy(new Error(bytes.toString('latin1', from, to)));
      }
    }
  }

  private answer(text: string): void {
    const begin = text.indexOf('[');
    const isOk = text.startsWith(this.okAnswer, begin);
    this.listener.answered(Number(text.slice(2, begin)), isOk ? undefined : text);
  }
}
