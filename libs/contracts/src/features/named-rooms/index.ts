import { z } from 'zod';
import { call, command, feature, named, query } from '../../define';
import { roomIdSchema, userIdSchema } from '../../ids';
import { clientIdSchema } from '../messages/schemas';
import {
  byUser,
  directoryBodySchema,
  ofRoom,
  postingSchema,
  purposeSchema,
  roomCardSchema,
  roomNameSchema,
  roomViewSchema,
  roomVisibilitySchema,
  topicSchema,
} from './schemas';

const createSchema = z.strictObject({
  name: roomNameSchema,
  visibility: roomVisibilitySchema,
  topic: topicSchema.optional(),
  purpose: purposeSchema.optional(),
  posting: postingSchema.optional(),
  key: clientIdSchema.optional(),
});
const updateSchema = z.strictObject({
  roomId: roomIdSchema,
  name: roomNameSchema.optional(),
  topic: topicSchema.optional(),
  purpose: purposeSchema.optional(),
  posting: postingSchema.optional(),
  ifRev: z.number().int().nonnegative().optional(),
});
const visibilitySchema = z.strictObject({ roomId: roomIdSchema, visibility: roomVisibilitySchema });
const directorySchema = z.strictObject({
  q: z.string().max(100).optional(),
  after: z.string().max(700).optional(),
  limit: z.coerce.number<string | number>().int().min(1).max(100).optional(),
});

const TAG = 'Named rooms';
const NAME = 'Unique: two names that look alike are one. Case, width and look-alike letters make no difference.';
const POSTING = '`admins`: all others only read.';

/** Named rooms, but for who is in them. */
export const namedRooms = feature({
  calls: {
    'room.create': call({
      request: createSchema,
      answer: roomViewSchema,
      http: { method: 'POST', path: '/api/rooms/named', status: 201 },
      may: 'user',
      errors: ['conflict', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Make a named room; the caller owns it',
        description:
          '`conflict` for a name that is taken, by a private room too; `forbidden` where only admins of the installation make rooms ' +
          '(`ROOM_CREATION`). Repeating it with the same `key` is safe and answers the first room.',
        fields: {
          name: NAME,
          visibility:
            '`public`: in the directory, whoever wants to joins; `private`: who is added, and nobody else knows of it.',
          topic: 'What it is about now.',
          purpose: 'What it is for.',
          posting: POSTING,
          key: "The caller's own name of the creation.",
        },
      },
    }),
    directory: call({
      request: directorySchema,
      answer: directoryBodySchema,
      http: { method: 'GET', path: '/api/directory' },
      cost: 2,
      may: 'user',
      work: 'rooms.directory',
      doc: {
        tag: TAG,
        summary: 'The public rooms, by name',
        description:
          'Archived ones are left out. A page may have fewer than `limit`: there are more as long as it has `next`.',
        fields: {
          q: 'Only rooms of which a word of the name begins so.',
          after: "A page's `next`: those that follow.",
          limit: 'How many at most; 50 when it is left out.',
        },
      },
    }),
    room: call({
      request: ofRoom,
      answer: roomViewSchema,
      http: { method: 'GET', path: '/api/rooms/:roomId' },
      may: 'look',
      barred: 'not_found',
      work: 'rooms.look',
      doc: {
        tag: TAG,
        summary: 'A named room',
        description: 'A public one for everybody, a private one for who is in it.',
      },
    }),
    'room.update': call({
      request: updateSchema,
      answer: roomViewSchema,
      http: { method: 'PATCH', path: '/api/rooms/:roomId' },
      may: 'manage',
      work: 'rooms.update',
      errors: ['not_found', 'conflict', 'overloaded'],
      doc: {
        tag: TAG,
        summary: "Change a room's name, topic, purpose or who posts; by its admins",
        description:
          'What is left out stays. `conflict` for a name that is taken, and when the room has another `rev` than `ifRev`.',
        fields: {
          name: NAME,
          topic: 'What it is about now; empty: nothing.',
          purpose: 'What it is for; empty: nothing.',
          posting: POSTING,
          ifRev: 'The `rev` of the card as the caller saw it.',
        },
      },
    }),
    'room.visibility': call({
      request: visibilitySchema,
      answer: roomViewSchema,
      http: { method: 'PUT', path: '/api/rooms/:roomId/visibility' },
      may: 'flip',
      work: 'rooms.flip',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Make a room public or private; by its owner',
        description: 'Who joins a public room reads all that was ever said in it.',
        fields: { visibility: 'What it is to be.' },
      },
    }),
    'room.archive': call({
      request: ofRoom,
      answer: roomViewSchema,
      http: { method: 'POST', path: '/api/rooms/:roomId/archive' },
      may: 'archive',
      work: 'rooms.archive',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Archive a room; by its owner',
        description:
          'Nobody posts, edits, joins or adds people any more. Who is in it still reads it; the directory has it no more.',
      },
    }),
    'room.restore': call({
      request: ofRoom,
      answer: roomViewSchema,
      http: { method: 'POST', path: '/api/rooms/:roomId/restore' },
      may: 'archive',
      work: 'rooms.restore',
      errors: ['not_found', 'overloaded'],
      doc: { tag: TAG, summary: 'Make an archived room what it was; by its owner' },
    }),
  },
  work: {
    /** `conflict` for a taken name, `forbidden` where the user may make none. Repeated under its `key` it answers the same room. */
    'rooms.create': command(
      z.strictObject({ ...createSchema.shape, key: clientIdSchema, userId: userIdSchema }),
      roomViewSchema,
    ),
    'rooms.directory': query(byUser(directorySchema), directoryBodySchema),
    /** `not_found` to who may not know the room; so are all that follow. */
    'rooms.look': query(byUser(ofRoom), roomViewSchema),
    'rooms.update': command(byUser(updateSchema), roomViewSchema),
    'rooms.flip': command(byUser(visibilitySchema), roomViewSchema),
    'rooms.archive': command(byUser(ofRoom), roomViewSchema),
    /** An operator's: adopts rooms that were made by hand, and brings everywhere what a dead process left half done. */
    'rooms.repair': command(
      z.strictObject({}),
      z.strictObject({ adopted: z.number().int().nonnegative(), settled: z.number().int().nonnegative() }),
    ),
    'rooms.restore': command(byUser(ofRoom), roomViewSchema),
  },
  schemas: {
    RoomCard: named(roomCardSchema, {
      createdBy: '`null`: it was there before people made rooms here.',
      createdAt: 'Unix milliseconds; `null`: nobody noted it.',
      archivedAt: 'Unix milliseconds; `null`: it is not archived.',
      posting: POSTING,
      rev: "The room's clock when it got this state.",
    }),
    RoomView: named(roomViewSchema, {
      members: 'How many there are.',
      role: 'What the caller is there; `null`: no member.',
    }),
    DirectoryBody: named(directoryBodySchema, { next: 'There are more: pass it as `after`.' }),
  },
});
