import { BaseRpcContext } from '@nestjs/microservices';

/** What a handler learns about its request besides the data: `@Ctx() context: WorkContext`. */
export class WorkContext extends BaseRpcContext<[requestId: string, key: string, attempts: number]> {
  /** Names the request in all logs, from the edge inwards. */
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
}
