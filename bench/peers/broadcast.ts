import { createServer } from 'node:http';
import { Server, type ServerOptions } from 'socket.io';
import { announced, portOf, ready, type Sent } from './message';

/** A Socket.IO server that broadcasts what somebody says to its room, stores nothing, and answers nothing. */
export function serveBroadcasts(options: Partial<ServerOptions>): void {
  const http = createServer();
  const io = new Server(http, options);
  io.on('connection', async (socket) => {
    const { rooms, user } = socket.handshake.query as Record<string, string>;
    if (rooms) await socket.join(rooms.split(','));
    socket.on('message', (sent: Sent) => {
      io.to(sent.roomId).emit('message', announced(sent, user ?? ''));
    });
  });
  http.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => ready(portOf(http.address())));
  process.once('SIGTERM', () => process.exit());
}
