import { freePort } from '../../../../scripts/lib/free-port.mjs';
import { type Backend, urlOf } from './backend';
import { RUN_LABEL } from './run';

const REDIS_PORT = 6379;
/** Loads slowly; runs without Docker do without it. */
const testcontainers = () => import('testcontainers');
const READY = /ready to accept connections/i;

/**
 * A container with a fixed host port, so that it comes back under the same address.
 * @param runId marks the container for the global teardown
 */
export async function containerBackend(image: string, runId: string, args: string[]): Promise<Backend> {
  const { GenericContainer, getContainerRuntimeClient, Wait } = await testcontainers();
  const port = await freePort();
  const container = await new GenericContainer(image)
    .withCommand(['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', ...args])
    .withExposedPorts({ container: REDIS_PORT, host: port })
    .withLabels({ [RUN_LABEL]: runId })
    .withWaitStrategy(Wait.forLogMessage(READY))
    .start();
  const engine = await getContainerRuntimeClient();
  const handle = engine.container.getById(container.getId());
  let running = true;
  const endpoint = { host: container.getHost(), port, tls: false };

  return {
    endpoint,
    url: urlOf(endpoint),
    ports: [port],
    async start() {
      if (!running) await handle.start();
      running = true;
    },
    async kill() {
      if (!running) return;
      running = false;
      const { State } = await handle.inspect();
      if (State.Paused) await handle.unpause();
      await handle.kill({ signal: 'SIGKILL' });
      await handle.wait();
    },
    async pause() {
      await handle.pause();
    },
    async resume() {
      await handle.unpause();
    },
    async remove() {
      await handle.remove({ force: true, v: true });
    },
  };
}

/**
 * Whether an engine answers and has the image, or gets it, within `boundMs`.
 * @throws Error saying what is missing
 */
export async function requireImage(image: string, boundMs: number): Promise<void> {
  const { getContainerRuntimeClient, ImageName } = await testcontainers();
  const name = ImageName.fromString(image);
  const prepared = getContainerRuntimeClient().then(async (engine) => {
    if (!(await engine.image.exists(name))) await engine.image.pull(name);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${image} was not there within ${boundMs} ms`)), boundMs);
  });
  await Promise.race([prepared, late]).finally(() => clearTimeout(timer));
}

/** Removes what specs of a run left behind. */
export async function removeContainers(runId: string): Promise<void> {
  const { getContainerRuntimeClient } = await testcontainers();
  const { container } = await getContainerRuntimeClient();
  const left = await container.dockerode.listContainers({ all: true, filters: { label: [`${RUN_LABEL}=${runId}`] } });
  await Promise.all(left.map(({ Id }) => container.getById(Id).remove({ force: true, v: true })));
}
