import { currentRequestId } from '@app/streams';
import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';

/** Injection token of the process's logger. */
export const LOGGER = Symbol('logger');
export type { Logger } from 'pino';

/**
 * The logger of a process: JSON lines on standard output, each with the request id it was written under.
 * User text, names and secrets never go into a line.
 */
export function createLogger(service: string, level: string): Logger {
  // Whoever reads the log may be gone. pino's own writer would then try again for ever, even while the process exits.
  process.stdout.on('error', () => undefined);
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      serializers: { err: withoutArguments },
      mixin: () => {
        const requestId = currentRequestId();
        return requestId ? { requestId } : {};
      },
    },
    process.stdout,
  );
}

/** An error without what hangs on it: ioredis adds the command with its arguments, names and texts among them. */
function withoutArguments(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'not an Error' };
  const code = 'code' in error ? { code: error.code } : {};
  return { type: error.name, message: error.message, stack: error.stack, ...code };
}

/** Lets Nest write through pino; its start-up chatter goes to debug. */
export function nestLogger(logger: Logger): LoggerService {
  const context = (params: unknown[]) => ({ context: String(params.at(-1) ?? '') });
  return {
    log: (message, ...params) => logger.debug(context(params), String(message)),
    error: (message, ...params) => logger.error(context(params), String(message)),
    warn: (message, ...params) => logger.warn(context(params), String(message)),
    debug: (message, ...params) => logger.debug(context(params), String(message)),
    verbose: (message, ...params) => logger.trace(context(params), String(message)),
  };
}
