import { randomBytes } from 'node:crypto';
import { LOGGER, type Logger } from '@app/service';
import { traced } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { type AnyAsked, Binder, type BoundCall } from './binder';
import type { ChatSocket } from './chat-socket';
import { Connections } from './connections';
import { EditConflict } from './edit-conflict';
import { toChatError } from './error.filter';
import { JsonAnswer } from './json-answer';
import { Refusals } from './refusals';

type Reply = (answer: object) => void;

/** Lets sockets call. */
@Injectable()
export class SocketBinder {
  /** Request ids: random for this process, counted within it. */
  private readonly idPrefix = `${randomBytes(6).toString('hex')}-`;
  private count = 0;
  private calls: readonly BoundCall[] = [];
  /** What sockets may call. */
  names: readonly string[] = [];

  constructor(
    private readonly binder: Binder,
    private readonly connections: Connections,
    private readonly refusals: Refusals,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** These may be called; nothing else comes through to a socket. */
  bind(calls: readonly BoundCall[]): void {
    this.calls = calls.filter(({ definition }) => definition.socket);
    this.names = this.calls.map(({ name }) => name);
    this.connections.serve(this.names);
  }

  /** To be called in the tick in which a socket has joined: what it asks comes right behind. */
  listen(socket: ChatSocket): void {
    for (const call of this.calls) socket.on(call.name, (...args: unknown[]) => void this.answer(socket, call, args));
  }

  /** Serves a call and acknowledges it if an acknowledgement was asked for. No error closes the socket. */
  private async answer(socket: ChatSocket, call: BoundCall, args: unknown[]): Promise<void> {
    const reply = typeof args.at(-1) === 'function' ? (args.pop() as Reply) : undefined;
    const body = args.length > 1 ? args : args[0];
    const { user, actor } = socket.data;
    const requestId = this.idPrefix + (++this.count).toString(36);
    const asked: AnyAsked = { via: 'socket', socket, user, context: { requestId, actor } };
    try {
      const run = () => this.binder.run(call, () => call.readSocket(body), asked);
      const value = (await traced(call.name, 'request', run)) as object | string;
      reply?.(typeof value === 'string' ? new JsonAnswer(value) : { ok: true, ...value });
    } catch (error) {
      const refusal = toChatError(error);
      this.refusals.socket(socket, call.name, refusal, requestId);
      if (refusal.code === 'internal') this.logger.error({ err: error, requestId }, 'socket call failed');
      const current = error instanceof EditConflict && { message: error.current };
      reply?.({ ok: false, error: refusal.toBody(), ...current });
    }
  }
}
