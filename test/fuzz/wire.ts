import { connect, type Socket } from 'node:net';

/** A server that has said nothing for so long is waiting for more of the request. */
const SILENCE_MS = 1500;
/** A handshake on a busy machine. */
const OPENING_MS = 10_000;

/**
 * Sends bytes on a connection of their own and hears what comes back until it ends or falls silent.
 * @returns what came, as latin1; empty when the connection was closed without a word
 */
export function exchange(port: number, bytes: Buffer, silenceMs = SILENCE_MS): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      heard = (heard + chunk.toString('latin1')).slice(0, 100_000);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
    socket.write(bytes);
  });
}

/** A WebSocket whose frames are written by hand, signed in and connected to Socket.IO's namespace. */
export class RawWebSocket {
  private constructor(private readonly socket: Socket) {}

  static open(port: number, cookie: string): Promise<RawWebSocket> {
    return new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      const opened = new RawWebSocket(socket);
      let heard = '';
      socket.setTimeout(OPENING_MS, () => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(opened));
      socket.on('data', (chunk) => {
        if (heard.length > 100_000) return;
        heard += chunk.toString('latin1');
        if (heard.includes('"hello"') || heard.includes('44{')) resolve(opened);
        else if (heard.includes('0{"sid"') && !heard.includes('40{')) socket.write(frame('40{"protocol":1}'));
      });
      const head = [
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: c29tZXRoaW5nIHJhbmRvbQ==',
        `Cookie: ${cookie}`,
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
    });
  }

  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  write(bytes: Buffer): void {
    if (this.isOpen) this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A short text frame as a client masks it. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
