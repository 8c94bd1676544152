// The front of `npm start` as a process of its own. The test tells it which gateways are up.
import { startFront } from '../../../scripts/lib/front.mjs';

const gateways = process.argv.slice(2).map((port) => ({ url: `http://127.0.0.1:${port}`, up: false }));
process.on('message', (up) => {
  for (const [i, gateway] of gateways.entries()) gateway.up = up[i];
});
process.on('disconnect', () => process.exit(0));

const { port } = await startFront(gateways, { port: 0, host: '127.0.0.1' });
process.send({ type: 'ready', port });
