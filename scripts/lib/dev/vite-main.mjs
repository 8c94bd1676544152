import { join } from 'node:path';
import { createServer } from 'vite';
import { ROOT } from '../folders.mjs';

// A process of its own, as a service is: says when it serves, ends with its parent.

process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());

const server = await createServer({
  root: join(ROOT, 'client'),
  clearScreen: false,
  server: { port: Number(process.env.PORT), strictPort: true },
});
await server.listen();
process.send({ type: 'ready' });
