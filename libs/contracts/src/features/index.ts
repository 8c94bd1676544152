import type { z } from 'zod';
import type { CallDefinition, ServiceName } from '../define';
import type { ErrorBody } from '../errors';
import type { Ack } from '../protocol';
import { accounts } from './accounts';
import { connection } from './connection';
import { members } from './members';
import { messages } from './messages';
import { namedRooms } from './named-rooms';
import { people } from './people';
import { presence } from './presence';
import { reading } from './reading';
import { rooms } from './rooms';
import { session } from './session';
import { settings } from './settings';
import { sync } from './sync';
import { typing } from './typing';

// Browsers load of these what they use, and nothing of the definitions.
export * from './accounts/schemas';
export * from './connection/schemas';
export * from './members/schemas';
export { type Changed, type ConflictBody, changedSchema, conflictBodySchema } from './messages';
export * from './messages/schemas';
export * from './named-rooms/schemas';
export * from './people/schemas';
export * from './presence/schemas';
export * from './reading';
export * from './rooms/schemas';
export * from './session/schemas';
export * from './settings/schemas';
export * from './sync/schemas';
export * from './typing';

/** Every feature, in the order in which the API reference tells of them. */
const FEATURES = [
  connection,
  session,
  accounts,
  rooms,
  messages,
  sync,
  reading,
  typing,
  namedRooms,
  members,
  people,
  presence,
  settings,
] as const;

type Kind = 'calls' | 'events' | 'news' | 'work' | 'facts' | 'intervals' | 'schemas';
type Part<F, K extends Kind> = F extends Record<K, infer D> ? D : never;
type Names<D> = D extends unknown ? keyof D : never;
type DefinitionOf<D, N> = D extends unknown ? (N extends keyof D ? D[N] : never) : never;
/** The definitions of one kind of all features. */
type All<K extends Kind, D = Part<(typeof FEATURES)[number], K>> = {
  readonly [N in Names<D> & string]: DefinitionOf<D, N>;
};

function all<K extends Kind>(kind: K): All<K> {
  const found: Record<string, unknown> = {};
  for (const each of FEATURES as readonly Partial<Record<Kind, object>>[]) {
    for (const [name, definition] of Object.entries(each[kind] ?? {})) {
      if (name in found) throw new Error(`Two features define ${name}`);
      found[name] = definition;
    }
  }
  return found as All<K>;
}

/** What a client may ask. */
export const CALLS = all('calls');
/** What a client hears. */
export const EVENTS = all('events');
/** What gateways hear, beside the four types of `MESSAGES`. */
export const NEWS = all('news');
/** Requests between services: pattern `{service}.{verb}`, sent to that service's work stream. */
export const WORK = all('work');
/** Facts that other services act upon. */
export const FACTS = all('facts');
/** Settings that one feature alone has, by the name of the environment's variable. */
export const INTERVALS = all('intervals');
/** What the API reference has under a name. */
export const SCHEMAS = all('schemas');

export type CallName = keyof typeof CALLS;
export type SocketCall = {
  [N in CallName]: (typeof CALLS)[N] extends { socket: true } ? N : never;
}[CallName];
export type HttpCall = { [N in CallName]: (typeof CALLS)[N] extends { http: object } ? N : never }[CallName];
/** As it is sent. */
export type CallRequest<N extends CallName> = z.input<(typeof CALLS)[N]['request']>;
/** As its handler gets it. */
export type CallParsed<N extends CallName> = z.output<(typeof CALLS)[N]['request']>;
export type CallAnswer<N extends CallName> = z.output<(typeof CALLS)[N]['answer']>;
/** The schema of an answer: what a client gives along, so that it loads those alone that it needs. */
export type AnswerSchema<N extends CallName> = (typeof CALLS)[N]['answer'];

type RouteOf<N extends HttpCall> = (typeof CALLS)[N] extends {
  http: { method: infer M extends string; path: infer P extends string };
}
  ? `${M} ${P}`
  : never;
/** A route as `GET /api/rooms`: names a call as its name does, and says all that it takes to ask over HTTP. */
export type HttpRoute = { [N in HttpCall]: RouteOf<N> }[HttpCall];
export type CallOf<R extends HttpRoute> = { [N in HttpCall]: RouteOf<N> extends R ? N : never }[HttpCall];

/** The definition of a call, for who asks what only some have. */
export const callNamed = (name: CallName): CallDefinition => CALLS[name];

export type EventName = keyof typeof EVENTS;
export type EventData<E extends EventName> = z.output<(typeof EVENTS)[E]['data']>;

export type WorkPattern = keyof typeof WORK;
export type WorkRequest<P extends WorkPattern> = z.input<(typeof WORK)[P]['request']>;
export type WorkReply<P extends WorkPattern> = z.output<(typeof WORK)[P]['reply']>;
/** A request as its handler gets it: parsed, defaults filled in. */
export type WorkParsed<P extends WorkPattern> = z.output<(typeof WORK)[P]['request']>;

export type FactName = keyof typeof FACTS;
export type FactData<F extends FactName> = z.output<(typeof FACTS)[F]['data']>;

/** The service a pattern belongs to. */
export function serviceOf(pattern: WorkPattern): ServiceName {
  return pattern.slice(0, pattern.indexOf('.')) as ServiceName;
}

/** What acknowledges a call: with a `conflict` comes what it is with. */
export type CallAck<N extends SocketCall> =
  | Ack<CallAnswer<N> & object>
  | ((typeof CALLS)[N] extends { conflict: z.ZodType<infer C> } ? { ok: false; error: ErrorBody; message?: C } : never);
/** What a client may call, for Socket.IO's types. */
export type ClientEvents = {
  [N in SocketCall]: (request: CallRequest<N>, ack: (answer: CallAck<N>) => void) => void;
};
/** What a client hears, for Socket.IO's types. */
export type ServerEvents = {
  [E in EventName]: EventData<E> extends undefined ? () => void : (data: EventData<E>) => void;
};
