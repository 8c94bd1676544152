import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { throwError } from 'rxjs';

/**
 * Brings a handler's error to the transport as it is; Nest's own filter makes every error an unknown one. Must be a
 * global filter of each application that has a StreamsServer (`serveWork` does it). Leaves HTTP to Nest.
 */
@Catch()
export class WorkErrorFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): unknown {
    return host.getType() === 'rpc' ? throwError(() => error) : super.catch(error, host);
  }
}
