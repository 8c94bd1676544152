import { runOperatorProgram } from './lib/operator-program.mjs';

// npm run dead: apps/dead.ts on the Redis that the system here runs on.
runOperatorProgram('dead');
