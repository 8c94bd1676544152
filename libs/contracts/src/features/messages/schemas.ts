import { z } from 'zod';
import { roomIdSchema, userIdSchema } from '../../ids';

/** Above any configured limit: what a schema lets through at all, in UTF-16 code units. */
export const HARD_MESSAGE_LENGTH = 100_000;
/** Several bytes a character, and the JSON around it: what is larger is no message, whoever wrote it. */
export const MAX_STORED_BYTES = 8 * HARD_MESSAGE_LENGTH;

/** What a sender may choose to recognise its message by, and to repeat it safely. */
export const clientIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 of A-Z a-z 0-9 _ -');

export const messageSchema = z.strictObject({
  /** `{roomId}-{seq}-{date in µs}`; a foreign message's is derived from its content and starts with `x`. */
  id: z.string(),
  /** Place in the room, contiguous from 1. Absent: written by a server of the demo. */
  seq: z.number().int().positive().optional(),
  from: z.string(),
  /** Server time in Unix seconds, with microseconds. */
  date: z.number(),
  message: z.string(),
  roomId: z.string(),
  clientId: clientIdSchema.optional(),
  /** The room's clock when the message got its present state; absent: as `seq`. */
  rev: z.number().int().positive().optional(),
  /** When its text was changed last, as `date`. */
  edited: z.number().optional(),
  /** Its text is gone, `message` empty: who took it away and when, as `date`. */
  deleted: z.strictObject({ by: userIdSchema, date: z.number() }).optional(),
});
/** A message as clients see it: the demo's four fields with ours beside them. */
export type Message = z.infer<typeof messageSchema>;

/** A message's id, of ours or of a demo server's; what is none is the id of no message. */
export const messageIdSchema = z.string().min(1).max(120);

/** The clock of a message's or a position's state: what had no change yet bears none, or 0. */
export function revOf({ seq = 0, rev = 0 }: { seq?: number | undefined; rev?: number | undefined }): number {
  return Math.max(seq, rev);
}

export const positionSchema = z.strictObject({
  roomId: roomIdSchema,
  /** The `seq` up to which the client has everything; 0: nothing. */
  seq: z.number().int().nonnegative(),
  /** The id of the message with that `seq`; empty with 0. */
  id: z.string().max(80),
  /** The room's clock up to which the client knows all changes of what lies at or below `seq`; 0, or less than `seq`: as `seq`. */
  rev: z.number().int().nonnegative().default(0),
});
/** Where somebody stands in a room. */
export type Position = z.infer<typeof positionSchema>;

export const pageSchema = z.strictObject({
  epoch: z.string(),
  /** Oldest first. */
  messages: z.array(messageSchema),
  /** Cursor of the page before (older); null: this is the beginning. */
  before: z.string().nullable(),
  /** Cursor of the page after (newer); null: this was the end when it was read. */
  after: z.string().nullable(),
  /** Where the room stood when the page was read. */
  head: positionSchema,
  /** Whether the message that was asked for is there; else the page is around what is nearest to its place. */
  found: z.boolean().optional(),
});
/** A stretch of a room's history. */
export type Page = z.infer<typeof pageSchema>;

/** Opaque to clients; read by the messages service alone. */
export const cursorSchema = z.string().max(120);
/** A message's id, or `{roomId}-{seq}`; read by the messages service alone. */
export const aroundSchema = z.string().max(120);

/** What a message of ours is called where it changes; its id ends in its date. */
export function entityOf({ seq, id }: Pick<Message, 'seq' | 'id'>): string {
  return `m${seq}:${id.slice(id.lastIndexOf('-') + 1)}`;
}

export const editRequestSchema = z.strictObject({
  id: messageIdSchema,
  message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
  /** The `rev` (absent: the `seq`) of the message as the caller saw it: another one is a `conflict`. */
  ifRev: z.number().int().positive(),
});
export type EditRequest = z.infer<typeof editRequestSchema>;

export const deleteRequestSchema = z.strictObject({ id: messageIdSchema });
export type DeleteRequest = z.infer<typeof deleteRequestSchema>;

export const postMessageSchema = z.strictObject({
  roomId: roomIdSchema,
  message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
  clientId: clientIdSchema.optional(),
});
export const messageBodySchema = z.strictObject({ message: messageSchema });
export type MessageBody = z.infer<typeof messageBodySchema>;
