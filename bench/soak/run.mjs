// npm run bench:soak: installs and builds what is missing, then runs main.ts.
import { runOnRedis } from '../../scripts/lib/on-redis.mjs';

await runOnRedis(new URL('main.ts', import.meta.url), { parts: ['server'] });
