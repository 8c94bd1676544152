import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

const WRITES = 50_000;
/** Reads all that comes. */
const READER = `require('node:net').connect(Number(process.argv[1]), '127.0.0.1').resume()`;

/** CPU time, in µs, of a bare `write` of one byte to a socket of this machine that another process reads. */
export async function measureWrite(): Promise<number> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const reader = spawn(process.execPath, ['-e', READER, String(port)], { stdio: 'ignore' });
  const [socket] = (await once(server, 'connection')) as [Socket];
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  const byte = Buffer.alloc(1);
  const before = process.cpuUsage();
  let written = 0;
  for (let tries = 0; written < WRITES && tries < 20 * WRITES; tries++) {
    try {
      written += writeSync(fd, byte);
    } catch (error) {
      // The other side is behind.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
  const { user, system } = process.cpuUsage(before);
  reader.kill();
  socket.destroy();
  server.close();
  return (user + system) / written;
}
