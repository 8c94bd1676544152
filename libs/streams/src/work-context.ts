import type { Actor } from '@app/contracts';
import { BaseRpcContext } from '@nestjs/microservices';
import type { CallContext } from './call-context';

/**
 * What a handler learns about its request besides the data: `@Ctx() context: WorkContext`. It hands the context on with the
 * calls that it makes itself.
 */
export class WorkContext
  extends BaseRpcContext<[requestId: string, key: string, attempts: number, actor?: Actor]>
  implements CallContext
{
  constructor(
    args: [requestId: string, key: string, attempts: number, actor?: Actor],
    /** Of a request that is handled with others, which has no span that the handler runs in. */
    readonly span?: string,
  ) {
    super(args);
  }

  get requestId(): string {
    return this.args[0];
  }

  /** The same for every repetition of a command or event; unique for a query. */
  get key(): string {
    return this.args[1];
  }

  /** 1 for the first try. */
  get attempts(): number {
    return this.args[2];
  }

  /** Who asks; undefined where nobody is named, in the envelope or (an older caller's) in the data. */
  get actor(): Actor | undefined {
    return this.args[3];
  }
}
