import type { z } from 'zod';
import type { ErrorCode } from './errors';

// Definitions are data: the gateway makes handlers and routes of them, services check their own by them, the client package has its
// types from them, and the API reference its words. None of it reaches a browser: what that needs at run time is in `schemas.ts`
// beside each, which imports no definition.

/** The services that take work. Its stream is `work:{service}`, its events arrive at `events:{service}`. */
export const SERVICES = ['auth', 'rooms', 'messages'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** What the API reference groups calls by, in its order, each with what it is about. */
export const TAGS = {
  Session: 'Who is signed in. The session is in a cookie, which sockets send in their handshake too.',
  'Rooms and messages':
    'Only members read a room or post to it; to all others it is `forbidden`, whether there is one or not.',
  'Named rooms':
    'Rooms with a name, and who is in them. A private one is `not_found` to all who are not in it, whether there is one or not.',
  People: 'Everybody with an account, and who is online.',
  Settings: 'What a client asks before it knows anybody.',
} as const;
export type Tag = keyof typeof TAGS;

/** What is done in a room; `may.ts` decides who may. `join`: to hear it. */
export const ACTIONS = [
  ...(['join', 'read', 'mark', 'typing', 'send', 'edit', 'delete'] as const),
  // In named rooms alone.
  ...(['look', 'enter', 'add', 'remove', 'ban', 'banned', 'appoint', 'hand', 'manage', 'flip', 'archive'] as const),
] as const;
export type Action = (typeof ACTIONS)[number];

/** What is said of it to who programs a client. */
export interface Doc {
  summary: string;
  description?: string;
}
export interface CallDoc extends Doc {
  tag: Tag;
  /** Where there is more to say of it on a socket, in place of `description`. */
  socket?: string;
  /** What fields of the request mean. */
  fields?: Record<string, string>;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `:name` is a field of the request. The others are in the query of a GET or DELETE, else in the body. */
  path: `/api/${string}`;
  /** Of success; 200 by default. */
  status?: number;
  /** It answers a message, whose `rev` is the `ETag`. */
  etag?: true;
  /** The field, a `rev`, in whose place `If-Match` may say the ETag of what the caller saw; a conflict has the status 412 then. */
  ifMatch?: string;
}

export interface CallDefinition {
  /** As clients send it: an undeclared field is an error. */
  request: z.ZodType;
  /** What acknowledges it on a socket, but for `ok`, and the body over HTTP; undefined: none. */
  answer: z.ZodType;
  /** It may be called on a socket, by its name. */
  socket?: true;
  /** Its route. */
  http?: Route;
  /**
   * What it counts against: the requests of its user, by `cost`; `message`: the messages of its user (over HTTP the requests,
   * too); `own`: its feature has limits of its own, or needs none.
   */
  rate?: 'request' | 'message' | 'own';
  /**
   * About as much as its largest answer, or what it sets in motion, in units of 64 kB; 1 by default. Of those that cost more a user
   * has few in flight at once.
   */
  cost?: number;
  /**
   * Who may: `anybody`, whoever is signed in (`user`), or who may do this in its room. The last
   * is decided by the service that the call is passed on to; else by the gateway, on sockets, before the handler.
   */
  may: 'anybody' | 'user' | Action;
  /** Its handler passes it on to a service, which decides who may. */
  decided?: 'service';
  /** What those are answered who may not; by default `forbidden`. */
  barred?: 'not_found';
  /** The request between services that it is passed on as, with the caller's `userId`, where there is no more to it. */
  work?: string;
  /** What it may be refused with, besides what follows from the rest. */
  errors?: readonly ErrorCode[];
  /** What comes with a `conflict`: on a socket as `message`, over HTTP as `current`. */
  conflict?: z.ZodType;
  doc: CallDoc;
  /** The first version of the protocol that has it. */
  since?: number;
}
/** What a client may ask, on a socket, over HTTP, or both. */
export const call = /* @__NO_SIDE_EFFECTS__ */ <const D extends CallDefinition>(definition: D): D => definition;

export interface EventDefinition {
  data: z.ZodType;
  /**
   * Whose sockets hear it: who is in its room (`others`: but for the user that it names), its user, everybody, those of a session, or
   * the one that it is about.
   */
  audience: 'room' | 'others' | 'user' | 'everybody' | 'session' | 'socket';
  /** The first version of the protocol that has it: only for sockets that told one. */
  since?: number;
  /** Only for sockets that told no version of the protocol, as the demo's. */
  legacy?: true;
  doc: Doc;
}
/** What a client hears. */
export const event = /* @__NO_SIDE_EFFECTS__ */ <const D extends EventDefinition>(definition: D): D => definition;

export interface NewsDefinition {
  data: z.ZodType;
  /** Whose sockets it is for; `gateways`: none, it is for them. */
  audience: 'room' | 'user' | 'gateways';
  /** The script that changes the state, so that nobody has emitted it yet; or the gateway, which has emitted it to its own sockets. */
  from: 'script' | 'gateway';
}
/** What all gateways hear over pub/sub, on `news`. */
export const news = /* @__NO_SIDE_EFFECTS__ */ <const D extends NewsDefinition>(definition: D): D => definition;

export interface WorkMore<Req extends z.ZodType> {
  /**
   * Fields that Redis must never hold: the transport seals them where the request is made and opens them where it is handled.
   * Data with one go nowhere else either (dead letters, logs).
   */
  sealed?: readonly (keyof z.input<Req> & string)[];
  /** Its dead letters are kept without the data, which hold a text that may be deleted later. */
  unkept?: true;
}
export interface CommandMore<Req extends z.ZodType> extends WorkMore<Req> {
  /** The field that names its room, as the room's id or a message's. Commands of a room are handled in the order in which they were asked. */
  partition?: keyof z.input<Req> & string;
}
export interface Work<Req extends z.ZodType, Res extends z.ZodType, Kind extends 'query' | 'command'> {
  kind: Kind;
  request: Req;
  reply: Res;
  sealed?: readonly string[];
  unkept?: true;
  partition?: string;
}
/** Asked of a service, and dropped once its caller gave up. */
export const query = /* @__NO_SIDE_EFFECTS__ */ <Req extends z.ZodType, Res extends z.ZodType>(
  request: Req,
  reply: Res,
  more: WorkMore<Req> = {},
): Work<Req, Res, 'query'> => ({ kind: 'query', request, reply, ...more });
/** Asked of a service: stays until handled, and may be repeated under its key. */
export const command = /* @__NO_SIDE_EFFECTS__ */ <Req extends z.ZodType, Res extends z.ZodType>(
  request: Req,
  reply: Res,
  more: CommandMore<Req> = {},
): Work<Req, Res, 'command'> => ({ kind: 'command', request, reply, ...more });

export interface FactDefinition<S extends z.ZodType = z.ZodType> {
  data: S;
  /** Who acts upon it; each has a stream of its own. */
  subscribers: readonly ServiceName[];
}
/** What has happened, for services that act upon it. */
export const fact = /* @__NO_SIDE_EFFECTS__ */ <S extends z.ZodType>(
  definition: FactDefinition<S>,
): FactDefinition<S> => definition;

/** A schema that the API reference has under a name, and what its fields mean; what it is as a whole under an empty name. */
export const named = /* @__NO_SIDE_EFFECTS__ */ <S extends z.ZodType>(
  schema: S,
  words: Partial<Record<string, string>> = {},
): { schema: S; words: Partial<Record<string, string>> } => ({ schema, words });

/** All definitions of one feature, by name; of work `{service}.{verb}`. */
export interface Feature {
  calls?: Record<string, CallDefinition>;
  events?: Record<string, EventDefinition>;
  news?: Record<string, NewsDefinition>;
  work?: Record<`${ServiceName}.${string}`, Work<z.ZodType, z.ZodType, 'query' | 'command'>>;
  facts?: Record<string, FactDefinition>;
  /** Settings in milliseconds that it alone has, each with its default. */
  intervals?: Record<string, { ms: number; about: string }>;
  schemas?: Record<string, { schema: z.ZodType; words: Partial<Record<string, string>> }>;
}
export const feature = /* @__NO_SIDE_EFFECTS__ */ <const F extends Feature>(definitions: F): F => definitions;
