import { watchAndRestart } from './lib/dev/watch.mjs';
import { prepare, startServices, supervise } from './lib/launch.mjs';
import { main } from './lib/main.mjs';
import { choosePorts } from './lib/ports.mjs';
import { viteServer } from './lib/services.mjs';
import { say } from './lib/terminal.mjs';

const VITE_STOP_MS = 1000;

await main(async (signal, undo) => {
  const { env } = process;
  const ports = choosePorts(env.PORT, 1, true);
  const ground = await prepare({ ports, parts: ['server'] }, env, signal, undo);
  const services = await startServices({ ...ground, ports, services: 1 }, env, signal, undo);
  const print = (line) => process.stdout.write(line);
  const vite = viteServer(ports.front, `http://localhost:${ports.gateways[0]}`, env, print);
  supervise([vite], VITE_STOP_MS, undo);
  await vite.firstReady;
  watchAndRestart([...services.workers, ...services.gateways], signal);
  say(`redis-chat is ready for changes: http://localhost:${ports.front}`);
});
