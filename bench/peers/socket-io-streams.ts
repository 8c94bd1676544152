// Peer (b): Socket.IO with its Redis Streams adapter and connection state recovery.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { announced, portOf, ready, type Sent } from './message';

const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(new Redis(Number(process.env.REDIS_PORT), '127.0.0.1')),
  connectionStateRecovery: {},
});

io.on('connection', async (socket) => {
  const { rooms, user } = socket.handshake.query as Record<string, string>;
  if (rooms) await socket.join(rooms.split(','));
  socket.on('message', (sent: Sent) => {
    io.to(sent.roomId).emit('message', announced(sent, user ?? ''));
  });
});

http.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => ready(portOf(http.address())));
process.once('SIGTERM', () => process.exit());
