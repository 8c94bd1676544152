import {
  changedSchema,
  changePasswordSchema,
  conflictBodySchema,
  credentialsSchema,
  deleteRequestSchema,
  deviceSchema,
  editRequestSchema,
  errorBodySchema,
  helloSchema,
  joinSchema,
  listedSessionSchema,
  messageBodySchema,
  messageSchema,
  onlineAnswerSchema,
  onlineRequestSchema,
  pageSchema,
  positionSchema,
  postMessageSchema,
  presenceSchema,
  readAnswerSchema,
  readMarkSchema,
  readRequestSchema,
  registrationSchema,
  resyncSchema,
  roomSummarySchema,
  roomsBodySchema,
  sessionSchema,
  sessionsBodySchema,
  settingsSchema,
  shownRoomSchema,
  stalePresenceSchema,
  staleRoomsSchema,
  syncAnswerSchema,
  syncedRoomSchema,
  syncRequestSchema,
  typingRequestSchema,
  typingSchema,
  userSchema,
  usersBodySchema,
} from '@app/contracts';
import { z } from 'zod';
import { editBodySchema, openRoomSchema, postMessageBodySchema, readBodySchema } from './bodies';
import { FIELDS } from './fields';

/** As much of JSON Schema 2020-12 as the contracts come to. */
export interface JsonSchema {
  $ref?: string;
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}
type Schemas = Record<string, JsonSchema>;

const refused = z.strictObject({ ok: z.literal(false), error: errorBodySchema });
const ack = (accepted: z.ZodRawShape) => z.union([z.strictObject({ ok: z.literal(true), ...accepted }), refused]);

/** What callers send, as they may send it: what has a default may be left out. */
const REQUESTS = {
  Credentials: credentialsSchema,
  Registration: registrationSchema,
  ChangePassword: changePasswordSchema,
  OpenRoom: openRoomSchema,
  PostMessage: postMessageBodySchema,
  KnownPosition: positionSchema,
  SyncRequest: syncRequestSchema,
  OnlineRequest: onlineRequestSchema,
  ReadRequest: readRequestSchema,
  ReadBody: readBodySchema,
  TypingRequest: typingRequestSchema,
  SendRequest: postMessageSchema,
  EditRequest: editRequestSchema,
  EditBody: editBodySchema,
  DeleteRequest: deleteRequestSchema,
  RoomId: joinSchema,
} satisfies Record<string, z.ZodType>;

/** What a gateway says. */
const ANSWERS = {
  Error: errorBodySchema,
  User: userSchema,
  Presence: presenceSchema,
  PresenceList: z.array(presenceSchema),
  Message: messageSchema,
  Changed: changedSchema,
  Conflict: conflictBodySchema,
  Position: positionSchema,
  Page: pageSchema,
  RoomSummary: roomSummarySchema,
  ShownRoom: shownRoomSchema,
  SyncedRoom: syncedRoomSchema,
  SyncAnswer: syncAnswerSchema,
  SessionBody: sessionSchema,
  Device: deviceSchema,
  ListedSession: listedSessionSchema,
  SessionsBody: sessionsBodySchema,
  RoomsBody: roomsBodySchema,
  MessageBody: messageBodySchema,
  UsersBody: usersBodySchema,
  Settings: settingsSchema,
  Hello: helloSchema,
  Resync: resyncSchema,
  ReadMark: readMarkSchema,
  ReadAnswer: readAnswerSchema,
  StaleRooms: staleRoomsSchema,
  StalePresence: stalePresenceSchema,
  Typing: typingSchema,
  MessageAck: ack({ message: messageSchema }),
  EditAck: z.union([
    z.strictObject({ ok: z.literal(true), message: messageSchema }),
    refused.extend({ message: messageSchema.optional() }),
  ]),
  JoinAck: ack({}),
  SyncAck: ack(syncAnswerSchema.shape),
  OnlineAck: ack(onlineAnswerSchema.shape),
  ReadAck: ack(readAnswerSchema.shape),
  TypingAck: ack({}),
  Health: z.strictObject({ status: z.literal('ok') }),
  Unhealthy: z.strictObject({ status: z.literal('unavailable'), missing: z.array(z.string()).optional() }),
} satisfies Record<string, z.ZodType>;

export type RequestName = keyof typeof REQUESTS;
export type AnswerName = keyof typeof ANSWERS;

const PREFIX = '#/components/schemas/';

/** A reference to a named schema. */
export const refTo = (name: RequestName | AnswerName): JsonSchema => ({ $ref: PREFIX + name });

/** The name of the schema that is referred to. */
export const nameIn = (ref: string): string => ref.slice(PREFIX.length);

/** All named schemas. */
export function namedSchemas(): Schemas {
  return { ...convert(REQUESTS, 'input'), ...convert(ANSWERS, 'output') };
}

/** The named schemas that something refers to, also by way of others. */
export function schemasUsedBy(document: object): Schemas {
  const all = namedSchemas();
  const used = new Set<string>();
  const follow = (value: object) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(all[name] ?? {});
    }
  };
  follow(document);
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}

/** The schema of a single thing, such as a parameter, as callers may send it. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...converted } = z.toJSONSchema(schema, { io: 'input', override: tidy });
  return converted as JsonSchema;
}

function convert(named: Record<string, z.ZodType>, io: 'input' | 'output'): Schemas {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: (id) => PREFIX + id, override: tidy });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _, $schema: __, ...schema }]) => [
      name,
      describe(name, schema as JsonSchema),
    ]),
  );
}

/** What holds of every whole number need not be said. */
function tidy({ jsonSchema }: { jsonSchema: { minimum?: number; maximum?: number } }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

function describe(name: string, schema: JsonSchema): JsonSchema {
  const { '': whole, ...fields } = FIELDS[name] ?? {};
  if (whole) schema.description = whole;
  for (const variant of [schema, ...(schema.oneOf ?? schema.anyOf ?? [])]) {
    for (const [field, description] of Object.entries(fields)) {
      const property = variant.properties?.[field];
      if (property) property.description = description;
    }
  }
  return schema;
}
