import { z } from 'zod';
import { growing } from './views';

/** Every way a call can be refused; the wire carries nothing else. */
export const ERROR_CODES = [
  'unauthorized',
  'forbidden',
  'not_found',
  'invalid',
  'conflict',
  'rate_limited',
  'overloaded',
  'unavailable',
  'internal',
  'outdated',
] as const;

/** One that a later server has besides counts as `internal`. */
export const errorCodeSchema = growing(ERROR_CODES, 'internal');
export type ErrorCode = z.infer<typeof errorCodeSchema>;

export const errorBodySchema = z.strictObject({
  code: errorCodeSchema,
  message: z.string(),
  retryAfterMs: z.number().int().nonnegative().optional(),
});
/** An error as it crosses a process or network boundary. */
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** A refusal that is an answer, not a fault: it is told to the caller as it is and never retried by a server. */
export class ChatError extends Error {
  override readonly name = 'ChatError';

  /**
   * @param code what went wrong, for programs
   * @param message what went wrong, for people; never carries user text
   * @param retryAfterMs when asking again makes sense
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }

  /** The wire form. */
  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }

  /** A ChatError from its wire form. */
  static from({ code, message, retryAfterMs }: ErrorBody): ChatError {
    return new ChatError(errorCodeSchema.safeParse(code).success ? code : 'internal', message, retryAfterMs);
  }
}

/**
 * Checks a value against a schema.
 * @returns the parsed value
 * @throws ChatError `invalid`, naming the offending field but never its value
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.');
  throw new ChatError('invalid', path ? `${path}: ${issue?.message}` : (issue?.message ?? 'Invalid value'));
}
