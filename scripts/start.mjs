import { prepare, putFront, startServices } from './lib/launch.mjs';
import { main } from './lib/main.mjs';
import { parseOptions, USAGE } from './lib/options.mjs';
import { choosePorts } from './lib/ports.mjs';
import { say } from './lib/terminal.mjs';

await main(async (signal, undo) => {
  const { env } = process;
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    say(USAGE);
    process.exit(0);
  }
  const ports = choosePorts(env.PORT, options.gateways);
  const ground = await prepare({ ports, parts: ['server', 'client'] }, env, signal, undo);
  const { gateways } = await startServices({ ...ground, ports, services: options.services }, env, signal, undo);
  if (gateways.length > 1) await putFront({ ...ground, ports, gateways }, undo);
  say(`redis-chat is ready: http://localhost:${ports.front}`);
});
