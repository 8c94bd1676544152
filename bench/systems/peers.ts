import { join } from 'node:path';
import { clientFrame } from '../load/frames';
import type { Handshake } from '../load/socket';
import { Child } from '../processes/child';
import { BenchRedis } from '../processes/redis';
import type { BenchRoom, RunningSystem, StartOptions } from './system';

interface Peer {
  file: string;
  speaks: 'socket.io' | 'json';
  withRedis: boolean;
  /** Its other processes. */
  services?: Record<string, string>;
  okAnswer?: string;
}

export const PEERS: Readonly<Record<string, Peer>> = {
  'socket-io': { file: 'socket-io.ts', speaks: 'socket.io', withRedis: true },
  'socket-io-streams': { file: 'socket-io-streams.ts', speaks: 'socket.io', withRedis: true },
  nest: {
    file: 'nest-gateway.ts',
    speaks: 'socket.io',
    withRedis: true,
    services: { messages: 'nest-messages.ts' },
    okAnswer: '[{"id":',
  },
  'ws-frame': { file: 'ws-frame.ts', speaks: 'json', withRedis: false },
  'ws-buffer': { file: 'ws-buffer.ts', speaks: 'json', withRedis: false },
};

/** Starts a peer. */
export async function startPeer(name: string, peer: Peer, options: StartOptions): Promise<RunningSystem> {
  const redis = peer.withRedis ? await BenchRedis.start() : undefined;
  const env = { ...(redis && { REDIS_PORT: String(redis.port) }), ...options.env };
  const start = (what: string, place: 'gateway' | 'rest', file: string, port = 0) =>
    Child.node(what, place, join(__dirname, '../peers', file), { ...env, PORT: String(port) });
  const others: Record<string, Child> = redis ? { redis: redis.process } : {};
  for (const [what, file] of Object.entries(peer.services ?? {})) others[what] = await start(what, 'rest', file);
  const gateways: Child[] = [];
  for (let n = 0; n < (options.gateways ?? 1); n++) gateways.push(await start('gateway', 'gateway', peer.file));
  const roomsOf = new Map<number, string[]>();
  const isSocketIo = peer.speaks === 'socket.io';

  return {
    name,
    gateways,
    others,
    redis,
    okAnswer: peer.okAnswer,
    async makeRooms(rooms: readonly BenchRoom[]) {
      for (const { id, members } of rooms)
        for (const person of members) roomsOf.set(person, [...(roomsOf.get(person) ?? []), id]);
    },
    handshake(person, gateway = 0): Handshake {
      const query = `user=${person}&rooms=${(roomsOf.get(person) ?? []).join(',')}`;
      const port = gateways[gateway]?.port ?? 0;
      if (!isSocketIo) return { port, path: `/?${query}` };
      const path = `/socket.io/?EIO=4&transport=websocket&${query}`;
      return { port, path, connectPacket: '40', readyPacket: '40' };
    },
    message(roomId, text, mark) {
      const sent = JSON.stringify({ roomId, message: text, clientId: clientIdOf(mark) });
      if (!isSocketIo) return clientFrame(sent);
      return clientFrame(`42${peer.okAnswer ? mark : ''}["message",${sent}]`);
    },
    headers: () => ({}),
    async restartGateway(n) {
      gateways[n] = await start('gateway', 'gateway', peer.file, gateways[n]?.port);
    },
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.end('SIGKILL')));
      for (const what of Object.keys(peer.services ?? {})) await others[what]?.end('SIGKILL');
      await redis?.stop();
    },
  };
}

/** What a message is recognised by. */
export function clientIdOf(mark: number): string {
  return `bench-${String(mark).padStart(14, '0')}`;
}
