import { z } from 'zod';
import { call, command, feature, named, query } from '../../define';
import { roomIdSchema, userIdSchema } from '../../ids';
import { growing } from '../../views';
import { byUser, ofRoom, roleSchema, roomMemberSchema, roomViewSchema } from '../named-rooms/schemas';
import { bansBodySchema, listedMemberSchema, membersBodySchema } from './schemas';

const ofMember = z.strictObject({ roomId: roomIdSchema, memberId: userIdSchema });

const listSchema = z.strictObject({
  roomId: roomIdSchema,
  q: z.string().max(100).optional(),
  role: roleSchema.optional(),
  after: z.string().max(700).optional(),
  limit: z.coerce.number<string | number>().int().min(1).max(200).optional(),
});
const bansSchema = z.strictObject({ roomId: roomIdSchema, after: z.string().max(700).optional() });
const appointSchema = z.strictObject({
  roomId: roomIdSchema,
  memberId: userIdSchema,
  role: growing(['member', 'admin'], 'member'),
});

const TAG = 'Named rooms';
const WHO = "The user's id.";
const done = z.strictObject({});

/** Who is in a named room. Each of these may be repeated. */
export const members = feature({
  calls: {
    'room.enter': call({
      request: ofRoom,
      answer: roomViewSchema,
      http: { method: 'POST', path: '/api/rooms/:roomId/join' },
      may: 'enter',
      work: 'rooms.enter',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Join a public room',
        description:
          'All sockets of the caller hear it from then on, and `rooms.stale`. `forbidden` to who was banned.',
      },
    }),
    'room.leave': call({
      request: ofRoom,
      answer: done,
      http: { method: 'POST', path: '/api/rooms/:roomId/leave' },
      may: 'user',
      work: 'rooms.leave',
      errors: ['conflict', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Leave a room',
        description:
          'Its owner hands it over before: else `conflict`. The last one who leaves archives it. Who is not in it has left it already.',
      },
    }),
    members: call({
      request: listSchema,
      answer: membersBodySchema,
      http: { method: 'GET', path: '/api/rooms/:roomId/members' },
      cost: 2,
      may: 'look',
      decided: 'service',
      barred: 'not_found',
      errors: ['overloaded'],
      doc: {
        tag: TAG,
        summary: 'Who is in a room, by name',
        description: 'A page may have fewer than `limit`: there are more as long as it has `next`.',
        fields: {
          q: 'Only those whose name begins so.',
          role: 'Only those who are this in the room.',
          after: "A page's `next`: those that follow.",
          limit: 'How many at most; 50 when it is left out.',
        },
      },
    }),
    'member.add': call({
      request: ofMember,
      answer: roomMemberSchema,
      http: { method: 'PUT', path: '/api/rooms/:roomId/members/:memberId' },
      may: 'add',
      work: 'rooms.add',
      errors: ['not_found', 'conflict', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Add somebody to a room; by its members',
        description: '`conflict` for somebody who is banned. Who is in it already stays what they are.',
        fields: { memberId: WHO },
      },
    }),
    'member.appoint': call({
      request: appointSchema,
      answer: roomMemberSchema,
      http: { method: 'PATCH', path: '/api/rooms/:roomId/members/:memberId' },
      may: 'appoint',
      work: 'rooms.appoint',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Make a member an admin, or an admin a member; by the owner',
        fields: { memberId: WHO, role: 'What they are to be.' },
      },
    }),
    'member.remove': call({
      request: ofMember,
      answer: done,
      http: { method: 'DELETE', path: '/api/rooms/:roomId/members/:memberId' },
      may: 'remove',
      work: 'rooms.remove',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Take somebody out of a room; by its admins',
        description: 'Who is less than the caller there. From that moment on they hear and read nothing of it.',
        fields: { memberId: WHO },
      },
    }),
    'member.ban': call({
      request: ofMember,
      answer: done,
      http: { method: 'PUT', path: '/api/rooms/:roomId/bans/:memberId' },
      may: 'ban',
      work: 'rooms.ban',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Take somebody out for good; by its admins',
        description: 'They cannot join, and cannot be added. Also for somebody who is not in the room.',
        fields: { memberId: WHO },
      },
    }),
    'member.unban': call({
      request: ofMember,
      answer: done,
      http: { method: 'DELETE', path: '/api/rooms/:roomId/bans/:memberId' },
      may: 'ban',
      work: 'rooms.unban',
      errors: ['not_found', 'overloaded'],
      doc: { tag: TAG, summary: 'Lift a ban; by its admins', fields: { memberId: WHO } },
    }),
    bans: call({
      request: bansSchema,
      answer: bansBodySchema,
      http: { method: 'GET', path: '/api/rooms/:roomId/bans' },
      may: 'banned',
      work: 'rooms.bans',
      errors: ['not_found'],
      doc: {
        tag: TAG,
        summary: 'Who is banned from a room; for its admins',
        fields: { after: "A page's `next`: those that follow." },
      },
    }),
    'room.owner': call({
      request: ofMember,
      answer: roomViewSchema,
      http: { method: 'PUT', path: '/api/rooms/:roomId/owner' },
      may: 'hand',
      work: 'rooms.hand',
      errors: ['not_found', 'overloaded'],
      doc: {
        tag: TAG,
        summary: 'Hand a room over to another member; by its owner, who is an admin from then on',
        fields: { memberId: 'Who is to own it.' },
      },
    }),
  },
  work: {
    'rooms.enter': command(byUser(ofRoom), roomViewSchema),
    'rooms.leave': command(byUser(ofRoom), done),
    'rooms.members': query(
      byUser(listSchema),
      z.strictObject({ members: z.array(listedMemberSchema.omit({ online: true })), next: z.string().optional() }),
    ),
    'rooms.add': command(byUser(ofMember), roomMemberSchema),
    'rooms.appoint': command(byUser(appointSchema), roomMemberSchema),
    'rooms.remove': command(byUser(ofMember), done),
    'rooms.ban': command(byUser(ofMember), done),
    'rooms.unban': command(byUser(ofMember), done),
    'rooms.bans': query(byUser(bansSchema), bansBodySchema),
    'rooms.hand': command(byUser(ofMember), roomViewSchema),
    /** Who was in each of these rooms at a `rev` and is no more: a gateway that was deaf asks before it emits what it missed. */
    'rooms.left': query(
      z.strictObject({
        rooms: z.array(z.strictObject({ roomId: roomIdSchema, rev: z.number().int().nonnegative() })).max(500),
      }),
      z.strictObject({ rooms: z.array(z.strictObject({ roomId: roomIdSchema, userIds: z.array(userIdSchema) })) }),
    ),
  },
  schemas: {
    RoomMember: named(roomMemberSchema, { role: '`null`: no member any more.' }),
    MembersBody: named(membersBodySchema, { next: 'There are more: pass it as `after`.' }),
    BansBody: named(bansBodySchema, { next: 'There are more: pass it as `after`.' }),
  },
});
