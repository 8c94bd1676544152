import { connect, type Socket } from 'node:net';
import { Incoming, type Listener } from './incoming';
import type { Line, Speech } from './speech';
import { speakWebSocket, type WebSocketHandshake } from './web-socket';

/** How somebody connects, and in which protocol. */
export type Handshake = WebSocketHandshake | { port: number; speak: (line: Line) => Speech };

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

/** A client with nothing that costs time: bytes in, bytes out. */
export class BenchSocket {
  readonly incoming: Incoming;
  bytes = 0;
  private readonly socket: Socket;
  private readonly speech: Speech;
  private readonly opened: Promise<void>;
  private isReady: () => void = () => undefined;
  private isOpen = false;
  private hasFrames: boolean;

  private constructor(
    handshake: Handshake,
    private readonly listener: SocketListener,
    okAnswer: string,
  ) {
    const line: Line = {
      send: (bytes) => this.socket.write(bytes),
      ready: () => this.isReady(),
      answered: (mark, refusal) => listener.answered(mark, refusal),
      fail: (why) => this.socket.destroy(new Error(why)),
    };
    this.speech = 'speak' in handshake ? handshake.speak(line) : speakWebSocket(handshake, line, okAnswer);
    this.hasFrames = !this.speech.head;
    const other = (bytes: Buffer, from: number, to: number) => this.speech.other(bytes, from, to);
    this.incoming = new Incoming({ ...listener, other }, this.speech.framing);
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
        reject(new Error('closed'));
        if (this.isOpen) listener.closed();
      });
    });
    this.socket.on('connect', () => this.speech.begin());
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

  private read(length: number, buffer: Buffer): boolean {
    this.bytes += length;
    let from = 0;
    if (!this.hasFrames) {
      from = this.speech.head?.(buffer, length) ?? 0;
      if (from === -1) return true;
      this.hasFrames = true;
    }
    this.incoming.take(buffer, from, length);
    this.listener.taken();
    return true;
  }
}
