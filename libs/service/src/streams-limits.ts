import { DEFAULT_STREAMS_LIMITS, type StreamsLimits } from '@app/streams';
import type { Config } from './config';

/** The configured limits of the work transport. */
export function streamsLimits(config: Config): StreamsLimits {
  return {
    ...DEFAULT_STREAMS_LIMITS,
    timeoutMs: config.WORK_TIMEOUT_MS,
    maxLength: config.WORK_MAX_LENGTH,
    partitions: config.WORK_PARTITIONS,
    concurrency: config.WORK_CONCURRENCY,
    leaseMs: config.WORK_LEASE_MS,
    handlerTimeoutMs: config.WORK_HANDLER_TIMEOUT_MS,
    maxDeliveries: config.WORK_MAX_DELIVERIES,
    retryMs: config.WORK_RETRY_MS,
    deadMax: config.WORK_DEAD_MAX,
    graceMs: config.SHUTDOWN_GRACE_MS,
  };
}
