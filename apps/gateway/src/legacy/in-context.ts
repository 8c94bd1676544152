import { runWithRequestId } from '@app/streams';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';

/** Runs what handles a request under its id. */
@Injectable()
export class InContext implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { requestId } = context.switchToHttp().getRequest<Request>().context;
    return from(runWithRequestId(requestId, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }
}
