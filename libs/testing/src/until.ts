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

/**
 * Waits until an assertion holds about what is read from a page or a service anew each time.
 * @param assertion reads and asserts, e.g. `async () => expect(await tab.texts()).toEqual(texts)`
 * @throws what `assertion` threw last, when it does not hold within `timeoutMs`
 */
export async function eventually(assertion: () => Promise<void>, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
