const POLL_MS = 10;

/**
 * Waits for a condition that nothing announces.
 * @param what named in the error, e.g. `the entry in work:dead`
 * @throws Error when it does not hold within `timeoutMs`; whatever `condition` throws
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 10_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
