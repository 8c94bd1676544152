import { randomBytes } from 'node:crypto';
import { LOGGER, type Logger } from '@app/service';
import { traced } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { type AnyAsked, Binder, type BoundCall } from './binder';
import type { ChatSocket } from './chat-socket';
import { CoalescingAdapter } from './coalescing-adapter';
import { Connections } from './connections';
import { EditConflict } from './edit-conflict';
import { toChatError } from './error.filter';
import { Refusals } from './refusals';

/** Lets sockets call. */
@Injectable()
export class SocketBinder {
  /** Request ids: random for this process, counted within it. */
  private readonly idPrefix = `${randomBytes(6).toString('hex')}-`;
  private count = 0;
  private readonly calls = new Map<string, BoundCall>();
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
    for (const call of calls) if (call.definition.socket) this.calls.set(call.name, call);
    this.names = [...this.calls.keys()];
    this.connections.serve(this.names, (socket, name, args, id) => {
      const call = this.calls.get(name);
      if (call) void this.answer(socket, call, args, id);
    });
  }

  /** Serves a call and acknowledges it if an acknowledgement was asked for. No error closes the socket. */
  private async answer(
    socket: ChatSocket,
    call: BoundCall,
    args: readonly unknown[],
    id: string | undefined,
  ): Promise<void> {
    const body = args.length > 1 ? args : args[0];
    const { user, actor } = socket.data;
    const requestId = this.idPrefix + (++this.count).toString(36);
    const asked: AnyAsked = { via: 'socket', socket, user, context: { requestId, actor } };
    try {
      const run = () => this.binder.run(call, () => call.readSocket(body), asked);
      const value = (await traced(call.name, 'request', run)) as object | string;
      if (id !== undefined)
        reply(socket, id, typeof value === 'string' ? accepted(value) : JSON.stringify({ ok: true, ...value }));
    } catch (error) {
      const refusal = toChatError(error);
      this.refusals.socket(socket, call.name, refusal, requestId);
      if (refusal.code === 'internal') this.logger.error({ err: error, requestId }, 'socket call failed');
      const current = error instanceof EditConflict && { message: error.current };
      if (id !== undefined) reply(socket, id, JSON.stringify({ ok: false, error: refusal.toBody(), ...current }));
    }
  }
}

/** What says that a call was accepted. @param object JSON of what it has to say besides; it is passed on unread */
function accepted(object: string): string {
  return object === '{}' ? '{"ok":true}' : `{"ok":true,${object.slice(1)}`;
}

function reply(socket: ChatSocket, id: string, json: string): void {
  const { adapter } = socket.nsp;
  if (adapter instanceof CoalescingAdapter) adapter.answer(socket, id, json);
}
