import { createServer } from 'node:http';
import * as ws from 'ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { announced, portOf, ready, type Sent } from './message';

interface FrameOptions {
  fin: boolean;
  rsv1: boolean;
  opcode: number;
  mask: boolean;
  readOnly: boolean;
}
const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: FrameOptions): Buffer[] } };
const TEXT = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true };

/** Whom a room's messages are written to. */
export type Members = ReadonlySet<WebSocket>;

/**
 * A bare server of `ws`: whoever connects names its rooms.
 * @param deliver gets each message as a WebSocket frame, to write to the members
 */
export function serveRooms(deliver: (frame: Buffer, members: Members) => void): void {
  const rooms = new Map<string, Set<WebSocket>>();
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket, { url = '/' }) => {
    const { searchParams } = new URL(url, 'http://localhost');
    const ids = searchParams.get('rooms')?.split(',') ?? [];
    for (const id of ids) {
      const members = rooms.get(id) ?? new Set();
      rooms.set(id, members.add(socket));
    }
    socket.on('close', () => {
      for (const id of ids) rooms.get(id)?.delete(socket);
    });
    const user = searchParams.get('user') ?? '';
    socket.on('message', (data) => {
      const sent = JSON.parse(String(data)) as Sent;
      const text = Buffer.from(JSON.stringify(announced(sent, user)));
      const members = rooms.get(sent.roomId);
      if (members) deliver(Buffer.concat(Sender.frame(text, TEXT)), members);
    });
  });
  http.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => ready(portOf(http.address())));
  process.once('SIGTERM', () => process.exit());
}

/** Writes straight to the connection. */
export function write(socket: WebSocket, bytes: Buffer): void {
  (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
}
