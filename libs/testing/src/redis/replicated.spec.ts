import type { Backend } from './backend';
import { startOnFreePorts } from './replicated';

/** Servers of which the first ones made cannot start. */
function made(failures: string[]) {
  const removed: number[][] = [];
  const create = async (ports: number[]) =>
    ({
      ports,
      start: async () => {
        const failure = failures.shift();
        if (failure) throw new Error(failure);
      },
      remove: async () => void removed.push(ports),
    }) as unknown as Backend;
  return { create, removed };
}

it('servers are started on other ports where one was taken meanwhile', async () => {
  const { create, removed } = made(['bind: Address already in use']);
  const { ports } = await startOnFreePorts(3, create);
  expect(removed).toHaveLength(1);
  expect(new Set([...ports, ...(removed[0] ?? [])]).size).toBe(6);
});

it('what cannot start for another reason is removed, and says why', async () => {
  const { create, removed } = made(['no such directory']);
  await expect(startOnFreePorts(3, create)).rejects.toThrow('no such directory');
  expect(removed).toHaveLength(1);
});
