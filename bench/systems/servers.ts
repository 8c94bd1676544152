import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { Child } from '../processes/child';
import { ejabberdAlone, ejabberdWithArchive } from '../servers/ejabberd';
import { mosquitto } from '../servers/mosquitto';
import { nats } from '../servers/nats';
import type { Server } from '../servers/server';
import type { RunningSystem } from './system';

export const SERVERS: Readonly<Record<string, Server>> = {
  nats,
  mosquitto,
  ejabberd: ejabberdAlone,
  'ejabberd-archive': ejabberdWithArchive,
};

const LOOK_MS = 100;
const PATIENCE_MS = 30_000;

/** Starts an installed server, alone on the first core. */
export async function startServer(name: string, server: Server): Promise<RunningSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-bench-server-'));
  const port = await freePort();
  const { command, args, env } = server.start(port, folder);
  const child = Child.spawn(name, 'gateway', command, args, env);
  child.port = port;
  await listens(child);
  const roomsOf = new Map<number, string[]>();

  return {
    name,
    gateways: [child],
    others: {},
    copiesDiffer: server.copiesDiffer,
    async makeRooms(rooms) {
      for (const { id, members } of rooms)
        for (const person of members) roomsOf.set(person, [...(roomsOf.get(person) ?? []), id]);
    },
    handshake: (person) => ({ port, speak: (line) => server.speak(line, person, roomsOf.get(person) ?? []) }),
    message: (roomId, text) => server.message(roomId, text),
    headers: () => ({}),
    restartGateway: () => Promise.reject(new Error(`${name} is not started again`)),
    async stop() {
      await child.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @throws Error with its last words when it does not */
async function listens(child: Child): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await canConnect(child.port))) {
    if (!child.isRunning || performance.now() > end)
      throw new Error(`${child.name} does not listen: ${child.lastWords}`);
    await pause(LOOK_MS);
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
