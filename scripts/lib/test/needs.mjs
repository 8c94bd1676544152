import { existsSync } from 'node:fs';
import { onPath, run } from '../commands.mjs';
import { findOrInstallServer } from '../redis/server-program.mjs';
import { installPackage } from '../system-packages.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const KUBECTL_MINOR = 28;
const MAC_BROWSER = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * A Redis for the integration specs: a Docker engine gives containers; else a server program, installed if need be.
 * @returns {Promise<string | undefined>} why there is none
 */
export async function needRedis(env, signal) {
  if (env.DOCKER_HOST || existsSync('/var/run/docker.sock')) return undefined;
  const { command, why } = await findOrInstallServer(signal);
  return command ? undefined : `no Docker engine, and ${why.join('; ')}`;
}

/**
 * A browser for the end-to-end specs: CHROMIUM, else what is there, else installed.
 * @returns {Promise<{ path?: string, why?: string }>}
 */
export async function needBrowser(env, signal) {
  if (env.CHROMIUM) return existsSync(env.CHROMIUM) ? { path: env.CHROMIUM } : { why: `CHROMIUM names no file` };
  const found = findBrowser();
  if (found) return { path: found };
  const failed = await installPackage({ apt: ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'] }, signal);
  return failed ? { why: `no Chromium: ${failed}; set CHROMIUM to one` } : { path: findBrowser() };
}

/**
 * Docker with compose, as a plugin or by itself.
 * @returns {Promise<string | undefined>} why they are not there
 */
export async function lacksCompose(signal) {
  const succeeds = async (...command) => (await run(command[0], command.slice(1), { signal })).code === 0;
  if (!onPath('docker') || !(await succeeds('docker', 'info'))) return 'no Docker engine';
  if (onPath('docker-compose') || (await succeeds('docker', 'compose', 'version'))) return undefined;
  return 'no docker compose';
}

/**
 * A kubectl that knows today's kustomize.
 * @returns {Promise<string | undefined>} why there is none
 */
export async function lacksKubectl(signal) {
  if (!onPath('kubectl')) return 'no kubectl on the PATH';
  const { output } = await run('kubectl', ['version', '--client', '--output=json'], { signal });
  const minor = Number(/"minor": *"(\d+)/.exec(output)?.[1] ?? 0);
  return minor >= KUBECTL_MINOR ? undefined : `kubectl is older than 1.${KUBECTL_MINOR}`;
}

function findBrowser() {
  return BROWSERS.map((name) => onPath(name)).find(Boolean) ?? (existsSync(MAC_BROWSER) ? MAC_BROWSER : undefined);
}
