// @ts-check

/**
 * Does something for each number below `count`, at most so many at the same time.
 * @param {number} count
 * @param {number} most
 * @param {(n: number) => Promise<void>} task
 */
export async function atOnce(count, most, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(most, count) }, worker));
}
