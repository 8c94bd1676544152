import { z } from 'zod';
import { call, command, event, fact, feature, named, news, query } from '../../define';
import { roomIdSchema, userIdSchema } from '../../ids';
import {
  joinSchema,
  membershipChangedSchema,
  roomSummarySchema,
  roomsBodySchema,
  shownRoomSchema,
  staleRoomsSchema,
} from './schemas';

export const rooms = feature({
  calls: {
    rooms: call({
      request: z.strictObject({ after: roomIdSchema.optional() }),
      answer: roomsBodySchema,
      http: { method: 'GET', path: '/api/rooms' },
      cost: 4,
      may: 'user',
      errors: ['overloaded'],
      doc: {
        tag: 'Rooms and messages',
        summary: "The caller's rooms with names and last messages",
        description:
          'A private room without a message is left out. A long list comes in pages: pass `next` as `after`. `lastMessage` is the ' +
          'beginning of a long text.',
        fields: { after: "A list's `next`: those that follow." },
      },
    }),
    'room.open': call({
      request: z.strictObject({ userId: userIdSchema }),
      answer: shownRoomSchema,
      http: { method: 'POST', path: '/api/rooms', status: 201 },
      may: 'user',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: 'Rooms and messages',
        summary: 'Open the private room with somebody',
        fields: { userId: 'Whom to talk to.' },
      },
    }),
    'room.join': call({
      request: joinSchema,
      answer: z.strictObject({}),
      socket: true,
      may: 'join',
      decided: 'service',
      doc: {
        tag: 'Rooms and messages',
        summary: "Whether a room is the caller's to hear",
        description: 'It is heard without asking.',
      },
    }),
  },
  events: {
    'show.room': event({
      data: shownRoomSchema,
      audience: 'room',
      doc: { summary: 'A private room got its first message', description: 'It comes before that message.' },
    }),
    'rooms.stale': event({
      data: staleRoomsSchema,
      audience: 'everybody',
      since: 1,
      doc: {
        summary: 'A room more or less, or a `room.read` may have been missed: fetch the list of rooms',
        description: 'After a random part of `spreadMs`.',
      },
    }),
  },
  news: {
    /** A direct room with a message is in the lists of its people: whoever has not heard of it asks. */
    'room.begun': news({ data: z.strictObject({ roomId: roomIdSchema }), audience: 'user', from: 'script' }),
    /** A user's list of rooms has another version: their sockets hear another room, or one less. */
    'membership.changed': news({ data: membershipChangedSchema, audience: 'gateways', from: 'script' }),
  },
  work: {
    'rooms.list': query(
      z.strictObject({ userId: userIdSchema, after: roomIdSchema.optional() }),
      z.strictObject({
        rooms: z.array(roomSummarySchema),
        /** The user's list holds what is no room id. */
        malformed: z.boolean(),
        /** There are more rooms, after this one. */
        next: roomIdSchema.optional(),
      }),
    ),
    /** The same rooms with no more than the names of named ones; direct ones are called by their users'. */
    'rooms.shown': query(
      z.strictObject({ userId: userIdSchema, after: roomIdSchema.optional() }),
      z.strictObject({
        rooms: z.array(z.strictObject({ id: roomIdSchema, name: z.string().nullable() })),
        malformed: z.boolean(),
        next: roomIdSchema.optional(),
      }),
    ),
    /** The rooms whose news these users hear, direct ones without a message included, with the version of each list. */
    'rooms.memberships': query(
      z.strictObject({ userIds: z.array(userIdSchema).max(500) }),
      z.strictObject({
        memberships: z.array(
          z.strictObject({ userId: userIdSchema, version: z.number(), roomIds: z.array(z.string()) }),
        ),
      }),
    ),
    'rooms.open': command(z.strictObject({ userId: userIdSchema, otherId: userIdSchema }), shownRoomSchema),
    /** `forbidden` when not a member; says nothing else. */
    'rooms.authorize': query(z.strictObject({ userId: userIdSchema, roomId: roomIdSchema }), z.strictObject({})),
  },
  facts: {
    /** A direct room got its first message. */
    'room.started': fact({ data: z.strictObject({ roomId: roomIdSchema }), subscribers: ['rooms'] }),
  },
  schemas: {
    RoomId: named(roomIdSchema, {
      '': '`0` is General; `a:b` (two user ids, ascending) a private room; any other number a named room.',
    }),
    RoomSummary: named(roomSummarySchema, {
      names: "A named room's name; both user names of a private one, in the order of its id.",
      userIds: 'The two users of a private room.',
      seq: 'Of the newest message; 0: there is none with a place of its own.',
      read: 'The caller has read up to here: messages beyond it, other than own ones, are unread.',
      rev: "The room's clock when this was read; missing: as `seq`.",
      gone: 'So many of the messages beyond `read` are deleted, and not unread.',
    }),
    RoomsBody: named(roomsBodySchema, { next: 'There are more: pass it as `after`.' }),
    ShownRoom: named(shownRoomSchema, { names: "A named room's name, or the two users'." }),
    StaleRooms: named(staleRoomsSchema, { spreadMs: 'Fetch `/api/rooms` after a random part of that time.' }),
  },
});
