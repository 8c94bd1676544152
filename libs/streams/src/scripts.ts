import { Script } from '@app/redis';

/** Input and output are documented in each script. */
export const ADD = Script.load(__dirname, 'add');
export const RENEW = Script.load(__dirname, 'renew');
export const SPLIT = Script.load(__dirname, 'split');
export const LEAVE = Script.load(__dirname, 'leave');
export const PARTITION_ADD = Script.load(__dirname, 'partition_add');
export const PARTITION_HELD = Script.load(__dirname, 'partition_held');
export const PARTITION_HOLD = Script.load(__dirname, 'partition_hold');
export const PARTITION_MEMBERS = Script.load(__dirname, 'partition_members');
export const PARTITION_RELEASE = Script.load(__dirname, 'partition_release');
