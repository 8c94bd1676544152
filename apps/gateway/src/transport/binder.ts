import {
  type Action,
  CALLS,
  type CallAnswer,
  type CallDefinition,
  type CallName,
  type CallParsed,
  type HttpCall,
  notAMember,
  parse,
  type SocketCall,
  type User,
  type WorkPattern,
  type WorkRequest,
} from '@app/contracts';
import { type CallContext, StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Limits } from '../auth/limits';
import { GatewayMetrics } from '../gateway-metrics';
import type { ChatSocket } from './chat-socket';

/** Who asks, as part of what; handed on with the work that it causes. */
interface AskedByAnybody {
  readonly user?: User | undefined;
  readonly context: CallContext;
}
interface OnSocket {
  readonly via: 'socket';
  readonly socket: ChatSocket;
}
interface OverHttp {
  readonly via: 'http';
  readonly request: Request;
  readonly response: Response;
}
/** How a call was asked: which way, by whom. */
export type AnyAsked = AskedByAnybody & (OnSocket | OverHttp);
type Way<N> = (N extends SocketCall ? OnSocket : never) | (N extends HttpCall ? OverHttp : never);
type Who<N extends CallName> = (typeof CALLS)[N] extends { may: 'anybody' }
  ? AskedByAnybody
  : AskedByAnybody & { readonly user: User };
export type Asked<N extends CallName> = Who<N> & Way<N>;

/** What answers each call; over HTTP it may be JSON already, as a text. */
export type Handlers = {
  readonly [N in CallName]?: (request: CallParsed<N>, asked: Asked<N>) => Outcome<CallAnswer<N>>;
};
type Answer<T> = T extends undefined ? undefined : T | string;
type Outcome<T> = Answer<T> | Promise<Answer<T>>;

/** The work that a call is passed on as. */
type WorkOf<N extends CallName> = (typeof CALLS)[N] extends { work: infer W extends WorkPattern } ? W : never;

/** What a feature of the gateway does beyond "authenticate, limit, pass on", which its definitions say. */
export interface GatewayFeature {
  readonly handlers?: Handlers;
  /** The work's request, where that is more than the call's with the caller's `userId`. */
  readonly passing?: {
    readonly [N in CallName]?: (request: CallParsed<N>, asked: Asked<N>) => WorkRequest<WorkOf<N>>;
  };
  /** Parse what comes over a socket, where another form than the defined one is taken too. */
  readonly parsers?: { readonly [N in SocketCall]?: (body: unknown) => CallParsed<N> };
}

/** Whether the user of a socket may do something in a room, as far as it is known here. */
export type MayIn = (socket: ChatSocket, action: Action, roomId: string) => boolean;

/** A call with all that it takes to serve it. */
export interface BoundCall {
  readonly name: string;
  readonly definition: CallDefinition;
  readonly cost: number;
  readonly readSocket: (body: unknown) => unknown;
  readonly serve: (request: never, asked: never) => unknown;
}

/** Makes of the definitions and of what features add what serves each call, whichever way it comes. */
@Injectable()
export class Binder {
  constructor(
    private readonly streams: StreamsClient,
    private readonly limits: Limits,
    private readonly metrics: GatewayMetrics,
  ) {}

  /**
   * @param mayIn decides on what no service does
   * @throws Error naming calls that nobody would answer, or two features would, or whose right nobody would check
   */
  bind(
    features: readonly GatewayFeature[],
    mayIn: MayIn,
    definitions: Readonly<Record<string, CallDefinition>> = CALLS,
  ): BoundCall[] {
    const handlers = only(features.map((feature) => feature.handlers));
    const passing = only(features.map((feature) => feature.passing));
    const parsers = only(features.map((feature) => feature.parsers));
    const calls = Object.entries(definitions);
    const missing = calls.filter(([name, { work }]) => !(name in handlers) && work === undefined).map(([name]) => name);
    if (missing.length > 0) throw new Error(`calls without a handler: ${missing.join(', ')}`);
    const unknown = Object.keys({ ...handlers, ...passing, ...parsers }).filter((name) => !(name in definitions));
    if (unknown.length > 0) throw new Error(`handlers without a call: ${unknown.join(', ')}`);
    const unguarded = calls
      .filter(([, call]) => isForGateway(call) && (!call.socket || call.http))
      .map(([name]) => name);
    if (unguarded.length > 0) throw new Error(`calls whose right nobody checks: ${unguarded.join(', ')}`);
    return calls.map(([name, definition]) => {
      const serve = handlers[name] ?? this.passedOn(definition.work as WorkPattern, passing[name]);
      return {
        name,
        definition,
        cost: definition.cost ?? 1,
        readSocket: parsers[name] ?? ((body) => parse(definition.request, body)),
        serve: isForGateway(definition) ? guarded(serve, definition.may as Action, mayIn) : serve,
      };
    });
  }

  /** Limits a call, reads it and has it served. Over HTTP the requests are counted before (`http-binder.ts`). */
  run(call: BoundCall, read: () => unknown, asked: AnyAsked): unknown {
    const { definition, serve, cost } = call;
    const { rate = 'request' } = definition;
    const who = asked.user?.id ?? '';
    if (rate === 'message') {
      return this.metrics.message(asked.via, async () => {
        const request = read();
        await this.limits.message(who);
        return serve(request as never, asked as never);
      });
    }
    if (rate === 'own' || asked.via === 'http') return serve(read() as never, asked as never);
    return this.inTurn(who, cost, () => serve(read() as never, asked as never));
  }

  private async inTurn(who: string, cost: number, serve: () => unknown): Promise<unknown> {
    const leave = await this.limits.begin(who, cost);
    try {
      return await serve();
    } finally {
      leave();
    }
  }

  /** The answer stays the JSON that it is. */
  private passedOn<P extends WorkPattern>(
    pattern: P,
    requestOf: (request: never, asked: never) => WorkRequest<P> = (request: object, { user }: AnyAsked) =>
      ({ ...request, userId: user?.id }) as WorkRequest<P>,
  ): BoundCall['serve'] {
    return (request, asked) =>
      this.streams.callForText(pattern, requestOf(request, asked), { context: (asked as AnyAsked).context });
  }
}

/** Whether the gateway is to decide who may, in the call's room. */
function isForGateway({ may, work, decided }: CallDefinition): boolean {
  return may !== 'anybody' && may !== 'user' && work === undefined && decided === undefined;
}

function guarded(serve: BoundCall['serve'], action: Action, mayIn: MayIn): BoundCall['serve'] {
  return (request: { roomId: string }, asked: OnSocket) => {
    if (!mayIn(asked.socket, action, request.roomId)) throw notAMember();
    return serve(request as never, asked as never);
  };
}

/** What several features have, as one. @throws Error naming what two of them have */
function only(parts: readonly (object | undefined)[]): Record<string, never> {
  const all: Record<string, never> = {};
  for (const part of parts) {
    for (const [name, value] of Object.entries(part ?? {})) {
      if (name in all) throw new Error(`two features answer ${name}`);
      all[name] = value as never;
    }
  }
  return all;
}
