// Peer (a): plain Socket.IO with its Redis adapter.
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { serveBroadcasts } from './broadcast';

const publisher = new Redis(Number(process.env.REDIS_PORT), '127.0.0.1');
serveBroadcasts({ adapter: createAdapter(publisher, publisher.duplicate()) });
