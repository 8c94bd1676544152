import { z } from 'zod';
import { call, event, feature, named, news } from '../define';
import { roomIdSchema, userIdSchema } from '../ids';

export const typingRequestSchema = z.strictObject({ roomId: roomIdSchema });
export type TypingRequest = z.infer<typeof typingRequestSchema>;

export const typingAnswerSchema = z.strictObject({});

/** Somebody is writing in a room; good for a few seconds. */
export const typingSchema = z.strictObject({ roomId: roomIdSchema, userId: userIdSchema });
export type Typing = z.infer<typeof typingSchema>;

export const typing = feature({
  calls: {
    typing: call({
      request: typingRequestSchema,
      answer: typingAnswerSchema,
      socket: true,
      may: 'typing',
      doc: {
        tag: 'Rooms and messages',
        summary: 'The user is writing in a room',
        description:
          'Others there hear `typing`. Nothing is stored, and nobody is told when it ends: while one writes, say it again every ' +
          'few seconds, no more often.',
      },
    }),
  },
  events: {
    typing: event({
      data: typingSchema,
      audience: 'others',
      since: 1,
      doc: {
        summary: "Somebody else is writing in one of the caller's rooms",
        description: 'Forget it after 5 s, or when a message of theirs comes.',
      },
    }),
  },
  news: {
    /** No state: who publishes it has emitted it to its own sockets. */
    typing: news({ data: typingSchema, audience: 'room', from: 'gateway' }),
  },
  intervals: {
    TYPING_MS: { ms: 500, about: 'least time between two broadcasts that the same user writes in a room' },
  },
  schemas: {
    Typing: named(typingSchema, { userId: 'Who writes; never the user of the socket.' }),
  },
});
