import { ChatError, type ErrorCode } from '@app/contracts';
import { isRedisUnavailable } from '@app/redis';
import { LOGGER, type Logger } from '@app/service';
import { WorkErrorFilter } from '@app/streams';
import { type ArgumentsHost, Catch, HttpException, Inject, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EditConflict } from './edit-conflict';
import type { Refusals } from './refusals';
import { sendLostPage } from './web-client';

/** The HTTP status of each error. */
export const STATUS: Record<ErrorCode, number> = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  invalid: 400,
  conflict: 409,
  rate_limited: 429,
  overloaded: 503,
  unavailable: 503,
  internal: 500,
  outdated: 426,
};
/** In place of a conflict, where the condition was in the request's head. */
export const PRECONDITION_FAILED = 412;
/** Refusals of Nest and of Express middleware. Their own texts quote the request and are not sent. */
const REFUSALS: Record<number, [ErrorCode, string]> = {
  401: ['unauthorized', 'Not signed in'],
  403: ['forbidden', 'Not allowed'],
  404: ['not_found', 'No such address'],
  413: ['invalid', 'Too large'],
  503: ['unavailable', 'Temporarily unavailable'],
};
const INTERNAL: [ErrorCode, string] = ['internal', 'Something went wrong here'];

/** Converts any thrown value to the error that a caller may see. */
export function toChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  if (isRedisUnavailable(error)) return new ChatError('unavailable', 'Temporarily unavailable');
  const status = statusOf(error);
  const [code, message] = REFUSALS[status] ?? (status < 500 ? ['invalid', 'Malformed'] : INTERNAL);
  return new ChatError(code, message);
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'something that is no Error was thrown';
}

/** Every error leaves as `{code, message}` with the status that fits. */
@Catch()
export class ErrorFilter extends WorkErrorFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly refusals: Pick<Refusals, 'http'>,
  ) {
    super();
  }

  override catch(error: unknown, host: ArgumentsHost): unknown {
    // In one process with services that take work.
    if (host.getType() === 'rpc') return super.catch(error, host);
    const http = host.switchToHttp();
    return this.respond(error, http.getRequest<Request>(), http.getResponse<Response>());
  }

  /** Answers a request with an error. */
  respond(error: unknown, request: Request, response: Response): void {
    const chatError = toChatError(error);
    this.refusals.http(request, chatError, statusOf(error));
    // never an ioredis error itself, which carries its command's arguments
    if (chatError.code === 'internal') {
      this.logger.error({ error: stackOf(error), requestId: request.context?.requestId }, 'request failed');
    }
    if (response.headersSent) return void response.end();
    if (chatError.retryAfterMs !== undefined) {
      response.setHeader('Retry-After', Math.ceil(chatError.retryAfterMs / 1000));
    }
    const answer = () => this.answer(request, response, error, chatError);
    if (!(error instanceof NotFoundException) || !sendLostPage(response, answer)) answer();
  }

  private answer({ headers }: Request, response: Response, error: unknown, chatError: ChatError): void {
    const isUnmatched = chatError instanceof EditConflict && headers['if-match'] !== undefined;
    response.status(isUnmatched ? PRECONDITION_FAILED : statusOf(error) === 413 ? 413 : STATUS[chatError.code]);
    // health answers with what is missing, for those who watch
    const isHealth = error instanceof HttpException && error.getStatus() === 503;
    const body = chatError instanceof EditConflict ? chatError.toConflictBody() : chatError.toBody();
    response.json(isHealth ? error.getResponse() : body);
  }
}
