import type { FaultKind } from '../plan';
import { freezeMaster, killMaster, killReplicas, moveSlots } from './failover';
import {
  cutClientLinks,
  cutRedisLinks,
  freezeClientLinks,
  freezeRedisLinks,
  slowClientLinks,
  slowRedisLinks,
} from './links';
import type { Injector } from './occasion';
import { killProcess, putClockWrong, stopProcess } from './processes';
import { freezeRedis, killRedis, killSubscribers } from './redis';
import { denyMessages, fillStream } from './work';

/** How each kind of fault is made. */
export const INJECTORS: Record<FaultKind, Injector> = {
  'gateway killed': killProcess,
  'messages killed': killProcess,
  'rooms killed': killProcess,
  'auth killed': killProcess,
  'process stopped': stopProcess,
  'clock off': putClockWrong,
  'Redis killed': killRedis,
  'Redis frozen': freezeRedis,
  'master killed': killMaster,
  'master frozen': freezeMaster,
  'replicas killed': killReplicas,
  'slots moved': moveSlots,
  'subscribers killed': killSubscribers,
  'client links cut': cutClientLinks,
  'client links half-open': freezeClientLinks,
  'client links slow': slowClientLinks,
  'Redis link cut': cutRedisLinks,
  'Redis link half-open': freezeRedisLinks,
  'Redis link slow': slowRedisLinks,
  'stream full': fillStream,
  'handler throws': denyMessages,
};
