import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ErrorOutput, eachLine } from './child-output.mjs';
import { ROOT, SERVICES } from './folders.mjs';
import { Process } from './process.mjs';
import { Supervised } from './supervised.mjs';

/**
 * The processes that take work: `replicas` of each, on ports of their own choosing.
 * @param {object} env what all services get
 * @param {(line: string) => void} log
 */
export function workers(replicas, env, log) {
  return SERVICES.filter((app) => app !== 'gateway').flatMap((app) =>
    Array.from({ length: replicas }, (_, index) => {
      const name = replicas > 1 ? `${app}-${index + 1}` : app;
      // Their port serves health alone, to whoever reads it from the log on this machine.
      return service(name, app, { ...env, PORT: '0', HOST: '127.0.0.1' }, log);
    }),
  );
}

/** The gateways, gateway n on the n-th port. */
export function gateways(ports, env, log) {
  return ports.map((port, index) => {
    const name = `gateway-${index + 1}`;
    return service(name, 'gateway', { ...env, PORT: String(port), GATEWAY_ID: name }, log);
  });
}

/** The client with hot reload; what it does not serve itself it passes on to the gateway at that address. */
export function viteServer(port, gatewayUrl, env, log) {
  const main = join(ROOT, 'scripts/lib/dev/vite-main.mjs');
  return new Supervised('vite', () => launch(main, { ...env, PORT: String(port), GATEWAY_URL: gatewayUrl }, log));
}

function service(name, app, env, log) {
  const main = join(ROOT, 'dist/apps', app, 'src/main.js');
  return new Supervised(name, () => launch(main, env, log));
}

/** @returns {import('./supervised.mjs').Running} */
function launch(main, env, log) {
  // A process group of its own: Ctrl-C reaches the launcher alone, which stops all in order. Should the launcher be
  // killed, the closed IPC channel tells the child.
  const child = fork(main, { cwd: ROOT, env, detached: true, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  eachLine(child.stdout, log);
  const errors = new ErrorOutput(child.stderr);
  const { running } = new Process(main, child);
  running.ready.then(
    () => errors.open(),
    () => undefined,
  );
  return { ...running, lastWords: () => errors.held };
}
