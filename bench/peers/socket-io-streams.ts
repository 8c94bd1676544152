// Peer (b): Socket.IO with its Redis Streams adapter and connection state recovery.
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { serveBroadcasts } from './broadcast';

serveBroadcasts({
  adapter: createAdapter(new Redis(Number(process.env.REDIS_PORT), '127.0.0.1')),
  connectionStateRecovery: {},
});
