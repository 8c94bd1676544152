import { z } from 'zod';
import { call, feature, query } from '../../define';
import { limitSchema, userIdSchema } from '../../ids';
import { syncAnswerSchema, syncRequestSchema } from './schemas';

export const sync = feature({
  calls: {
    sync: call({
      request: syncRequestSchema,
      answer: syncAnswerSchema,
      socket: true,
      http: { method: 'POST', path: '/api/sync', status: 201 },
      cost: 4,
      may: 'user',
      work: 'messages.sync',
      doc: {
        tag: 'Rooms and messages',
        summary: 'What was missed since positions',
        socket: 'Ask it on `hello`, on `resync` and when a `seq` or `rev` is skipped.',
      },
    }),
  },
  work: {
    'messages.sync': query(
      z.strictObject({ ...syncRequestSchema.shape, userId: userIdSchema, limit: limitSchema }),
      syncAnswerSchema,
    ),
    /** What a gateway that was deaf asks: `sync` for rooms rather than for a user. */
    'messages.missed': query(z.strictObject({ ...syncRequestSchema.shape, limit: limitSchema }), syncAnswerSchema),
  },
});
