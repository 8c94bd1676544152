import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from './lib/folders.mjs';
import { runOperatorProgram } from './lib/operator-program.mjs';
import { keptSecret } from './lib/secret.mjs';

// npm run admin: apps/admin.ts beside the system that runs here, with the secret that `npm start` keeps for it.
const kept = join(dataFolder(process.env), 'seal-secret');
const secret = !process.env.SEAL_SECRET && existsSync(kept) ? { SEAL_SECRET: keptSecret(kept) } : {};
runOperatorProgram('admin', secret);
