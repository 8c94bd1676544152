import { Script } from '@app/redis';

/** What each takes and gives is said in its file. */
export const ADD = Script.load(__dirname, 'add');
export const RENEW = Script.load(__dirname, 'renew');
export const SPLIT = Script.load(__dirname, 'split');
export const LEAVE = Script.load(__dirname, 'leave');
