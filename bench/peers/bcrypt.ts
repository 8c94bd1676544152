// Not a system: bcrypt alone, so many comparisons at once, for as long as it is told to.

import { setPriority } from 'node:os';
import bcrypt from 'bcrypt';

const AT_ONCE = Number(process.env.AT_ONCE);
setPriority(Number(process.env.NICE));
const hash = bcrypt.hashSync('password of the bench', Number(process.env.BCRYPT_ROUNDS));

process.on('message', async ({ ms }: { ms: number }) => {
  const start = performance.now();
  let count = 0;
  const worker = async () => {
    while (performance.now() - start < ms) {
      await bcrypt.compare('password of the bench', hash);
      count++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.send?.({ type: 'measured', perS: count / ((performance.now() - start) / 1000) });
});
process.send?.({ type: 'ready' });
