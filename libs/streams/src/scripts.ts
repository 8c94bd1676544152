import { Script } from '@app/redis';

/** Input and output are documented in each script. */
export const ADD = Script.load(__dirname, 'add');
export const RENEW = Script.load(__dirname, 'renew');
export const SPLIT = Script.load(__dirname, 'split');
export const LEAVE = Script.load(__dirname, 'leave');
