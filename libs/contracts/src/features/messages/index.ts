import { z } from 'zod';
import { call, command, event, fact, feature, named, news, query } from '../../define';
import { errorBodySchema } from '../../errors';
import { limitSchema, roomIdSchema, userIdSchema } from '../../ids';
import { roomCardSchema, roomMemberSchema } from '../named-rooms/schemas';
import {
  aroundSchema,
  clientIdSchema,
  cursorSchema,
  deleteRequestSchema,
  editRequestSchema,
  HARD_MESSAGE_LENGTH,
  messageBodySchema,
  messageIdSchema,
  messageSchema,
  pageSchema,
  positionSchema,
  postMessageSchema,
} from './schemas';

/** An HTTP answer to an edit that came after somebody else's. */
export const conflictBodySchema = z.strictObject({
  ...errorBodySchema.shape,
  /** The message as it is. */
  current: messageSchema,
});
export type ConflictBody = z.infer<typeof conflictBodySchema>;

export const changedSchema = z.strictObject({
  roomId: roomIdSchema,
  /** The room's clock: the one before and 1. */
  rev: z.number().int().positive(),
  /** What changed: `m{seq}:{date in µs}` is a message, `u{user id}` what somebody is in the room, `room` its card. */
  entity: z.string().max(80),
  /** The whole of it, as it is now: one of these. */
  message: messageSchema.optional(),
  member: roomMemberSchema.optional(),
  room: roomCardSchema.optional(),
});
/** Something stored in a room has another state. */
export type Changed = z.infer<typeof changedSchema>;

/** What is said of an epoch, wherever one is told. */
export const EPOCH = 'Names the database; another one than before makes every known position worthless.';
const TEXT = 'Text, shown as text. The server bounds it further (`maxMessageLength`).';

const roomIds = z.array(roomIdSchema).max(500);

export const messages = feature({
  calls: {
    message: call({
      request: postMessageSchema,
      answer: messageBodySchema,
      socket: true,
      http: { method: 'POST', path: '/api/rooms/:roomId/messages', status: 201, etag: true },
      rate: 'message',
      may: 'send',
      decided: 'service',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: 'Rooms and messages',
        summary: 'Post a message',
        description: 'Repeating it with the same `clientId` is safe and answers the first message.',
        socket:
          'Acknowledged once it is stored and announced. Without an answer the outcome is unknown: send again, with the ' +
          "same `clientId`, before anything later to the same room. (The demo's form, without `clientId`, is taken too.)",
        fields: {
          message: TEXT,
          clientId:
            "The sender's own name of the message: repeating it within 24 hours stores nothing new. Left out: every call stores one.",
        },
      },
    }),
    'message.edit': call({
      request: editRequestSchema,
      answer: messageBodySchema,
      socket: true,
      http: { method: 'PATCH', path: '/api/messages/:id', etag: true, ifMatch: 'ifRev' },
      rate: 'message',
      may: 'edit',
      decided: 'service',
      errors: ['not_found', 'conflict', 'overloaded'],
      conflict: messageSchema,
      doc: {
        tag: 'Rooms and messages',
        summary: 'Give an own message another text',
        description:
          'With the `rev` (without one: the `seq`) that the caller saw; another one is a `conflict`, with the message as it is. The text ' +
          'that the message has already is fine, so repeating is safe. `forbidden` for a message of somebody else, and where the time ' +
          'for edits is over (`EDIT_WINDOW_MS`); `not_found` once it is deleted. All sockets of the room hear `changed`.',
        socket:
          'As `PATCH /api/messages/{id}`. A `conflict` comes with the message as it is. Everybody in the room hears `changed`.',
        fields: { message: TEXT, ifRev: 'The `rev` of the message as the caller saw it; without one its `seq`.' },
      },
    }),
    'message.delete': call({
      request: deleteRequestSchema,
      answer: messageBodySchema,
      socket: true,
      http: { method: 'DELETE', path: '/api/messages/:id', etag: true },
      rate: 'message',
      may: 'delete',
      decided: 'service',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: 'Rooms and messages',
        summary: 'Take the text of an own message away',
        description:
          'For good: what stays is the place, who deleted it and when. Again: the same answer. All sockets of the room hear `changed`.',
        socket: 'As `DELETE /api/messages/{id}`. Everybody in the room hears `changed`.',
      },
    }),
    'message.get': call({
      request: z.strictObject({ id: messageIdSchema }),
      answer: messageBodySchema,
      http: { method: 'GET', path: '/api/messages/:id', etag: true },
      may: 'read',
      decided: 'service',
      barred: 'not_found',
      errors: ['overloaded'],
      doc: {
        tag: 'Rooms and messages',
        summary: 'One message',
        description: "`not_found` also where the room is not the caller's to read.",
      },
    }),
    'room.page': call({
      request: z.strictObject({
        roomId: roomIdSchema,
        before: cursorSchema.optional(),
        after: cursorSchema.optional(),
        around: aroundSchema.optional(),
        limit: z.coerce.number<string | number>().int().min(1).max(200).optional(),
      }),
      answer: pageSchema,
      socket: true,
      http: { method: 'GET', path: '/api/rooms/:roomId/messages' },
      cost: 4,
      may: 'read',
      work: 'messages.page',
      doc: {
        tag: 'Rooms and messages',
        summary: "A page of a room's history",
        description:
          'The newest page without a cursor. Pass `before` or `after` of a page for its neighbours, or `around` for the page around a ' +
          'message; one of the three. A page of large messages has fewer than `limit`: go on by its cursors.',
        fields: {
          before: "A page's `before`: the next older ones.",
          after: "A page's `after`: the next newer ones.",
          around: "A message's id: the page with that message in its middle. `{roomId}-{seq}` alone will do.",
          limit: 'How many at most; the server decides when it is left out.',
        },
      },
    }),
  },
  events: {
    message: event({
      data: messageSchema,
      audience: 'room',
      doc: {
        summary: "A message in one of the caller's rooms",
        description: 'The sender hears its own too, perhaps before the acknowledgement: match it by `clientId`.',
      },
    }),
    changed: event({
      data: changedSchema,
      audience: 'room',
      since: 1,
      doc: {
        summary:
          "A message in one of the caller's rooms has another state, or the room itself, or what somebody is there",
        description:
          'The whole of it as it is now; of two states the one with the higher `rev` holds. A `rev` that is skipped means that ' +
          'something was missed: `sync`.',
      },
    }),
  },
  news: {
    changed: news({ data: changedSchema, audience: 'room', from: 'script' }),
  },
  work: {
    'messages.append': command(
      z.strictObject({
        userId: userIdSchema,
        roomId: roomIdSchema,
        message: z.string().min(1).max(HARD_MESSAGE_LENGTH),
        clientId: clientIdSchema,
      }),
      messageSchema,
      { unkept: true, partition: 'roomId' },
    ),
    /** `conflict`: somebody's edit was first; the message is as it is. `not_found`, `forbidden` else. */
    'messages.edit': command(
      z.strictObject({ ...editRequestSchema.shape, userId: userIdSchema }),
      z.strictObject({ message: messageSchema, conflict: z.literal(true).optional() }),
      { unkept: true, partition: 'id' },
    ),
    'messages.delete': command(z.strictObject({ ...deleteRequestSchema.shape, userId: userIdSchema }), messageSchema, {
      partition: 'id',
    }),
    /** `not_found` also where the room is not the user's to read. */
    'messages.get': query(z.strictObject({ userId: userIdSchema, id: messageIdSchema }), messageSchema),
    'messages.page': query(
      z.strictObject({
        userId: userIdSchema,
        roomId: roomIdSchema,
        before: cursorSchema.optional(),
        after: cursorSchema.optional(),
        around: aroundSchema.optional(),
        limit: limitSchema,
      }),
      pageSchema,
    ),
    /** The demo's pages, newest first. Without a user: General only. */
    'messages.slice': query(
      z.strictObject({
        userId: userIdSchema.nullable(),
        roomId: roomIdSchema,
        offset: z.number().int().nonnegative(),
        size: limitSchema,
      }),
      z.strictObject({ messages: z.array(messageSchema) }),
    ),
    /** Those of these rooms in which something was said. */
    'messages.begun': query(z.strictObject({ roomIds }), z.strictObject({ roomIds })),
    /** The newest message and the position of each room; null and 0 for a room without one. */
    'messages.heads': query(
      z.strictObject({ roomIds }),
      z.strictObject({
        epoch: z.string(),
        heads: z.array(
          z.strictObject({ roomId: z.string(), message: messageSchema.nullable(), position: positionSchema }),
        ),
      }),
    ),
  },
  facts: {
    /**
     * A room has grown to this `rev`, or further: something was stored in it or changed. A hint for who follows rooms: at most one a
     * room and tick; what came is read from the feed, from one's own position on (`RoomFollower` of libs/service).
     */
    'room.grew': fact({
      data: z.strictObject({ roomId: roomIdSchema, rev: z.number().int().positive() }),
      subscribers: [],
    }),
  },
  schemas: {
    MessageId: named(messageIdSchema, { '': "A message's id; unique over all rooms." }),
    Message: named(messageSchema, {
      '': 'Order by `date`, then `id`.',
      id: 'Unique over all rooms.',
      seq: "The message's place in its room, without holes from 1. Missing: written by a server of the demo.",
      from: "The sender's user id.",
      date: "The server's time in Unix seconds, with microseconds.",
      clientId: "The sender's own name of it.",
      rev: "The room's clock when it got its present state; missing: as `seq`. The state with the higher one holds.",
      edited: 'When its text was changed last, as `date`.',
      deleted: 'Its text is gone (`message` is empty): by whom, and when.',
    }),
    MessageBody: named(messageBodySchema),
    Changed: named(changedSchema, {
      rev: "The room's clock, the one before and 1: a gap means that something was missed.",
      entity:
        'What changed: `m{seq}:{date in µs}` is a message, `u{user id}` what somebody is in the room, `room` its card.',
      message: 'The whole message, as it is now.',
      member: 'What somebody is in the room now.',
      room: 'The card of the room, as it is now.',
    }),
    Position: named(positionSchema, {
      '': 'Where somebody stands in a room.',
      seq: 'Everything up to here is known; 0: nothing.',
      id: 'The id of the message with that `seq`; empty with 0.',
      rev: "The room's clock up to which changes are known; 0, or less than `seq`: as `seq`.",
    }),
    Page: named(pageSchema, {
      epoch: EPOCH,
      messages: 'Oldest first.',
      before: 'Cursor of the next older page; `null`: this is the beginning.',
      after: 'Cursor of the next newer page; `null`: this was the end.',
      head: "The room's position when the page was read; messages beyond it may be on the page.",
      found:
        'With `around` alone: whether that message is there. `false`: the page is around what is nearest to its place.',
    }),
  },
});
