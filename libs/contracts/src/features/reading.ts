import { z } from 'zod';
import { call, command, event, feature, named, news } from '../define';
import { roomIdSchema, userIdSchema } from '../ids';

export const readRequestSchema = z.strictObject({
  roomId: roomIdSchema,
  /** Everything up to here is read. */
  seq: z.number().int().nonnegative(),
});
export type ReadRequest = z.infer<typeof readRequestSchema>;

/** Where the mark stands now: it never goes back, and never past the room's newest message. */
export const readAnswerSchema = z.strictObject({ seq: z.number().int().nonnegative() });
export type ReadAnswer = z.infer<typeof readAnswerSchema>;

/** How far somebody has read a room. */
export const readMarkSchema = z.strictObject({ roomId: roomIdSchema, seq: z.number().int().positive() });
export type ReadMark = z.infer<typeof readMarkSchema>;

export const reading = feature({
  calls: {
    'room.read': call({
      request: readRequestSchema,
      answer: readAnswerSchema,
      socket: true,
      http: { method: 'PUT', path: '/api/rooms/:roomId/read' },
      may: 'mark',
      work: 'rooms.read',
      doc: {
        tag: 'Rooms and messages',
        summary: 'Mark a room as read up to a place',
        description: "The mark only goes forward, and not past the room's newest message; the answer says where it is.",
        socket:
          "The mark only goes forward, and not past the room's newest message; the answer says where it is. When it moved, all " +
          'sockets of the user hear `room.read`. Coalesce: a busy room needs no call for each message.',
        fields: { seq: 'Everything in the room up to here is read.' },
      },
    }),
  },
  events: {
    'room.read': event({
      data: readMarkSchema,
      audience: 'user',
      since: 1,
      doc: {
        summary: 'The user has read on, here or elsewhere',
        description: "All sockets of the user hear it, the caller's own included.",
      },
    }),
  },
  news: {
    'room.read': news({ data: readMarkSchema, audience: 'user', from: 'script' }),
  },
  work: {
    /** Moves a user's mark of what is read in a room, forward only. `forbidden` when not a member. */
    'rooms.read': command(z.strictObject({ ...readRequestSchema.shape, userId: userIdSchema }), readAnswerSchema),
  },
  schemas: {
    ReadAnswer: named(readAnswerSchema, { seq: 'Where the mark stands now.' }),
    ReadMark: named(readMarkSchema, { seq: 'Everything in the room up to here is read.' }),
  },
});
