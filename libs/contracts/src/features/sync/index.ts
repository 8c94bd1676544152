import { z } from 'zod';
import { call, feature, named, query } from '../../define';
import { limitSchema, userIdSchema } from '../../ids';
import { EPOCH } from '../messages';
import { syncAnswerSchema, syncedRoomSchema, syncRequestSchema } from './schemas';

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
        fields: { epoch: 'The one the positions were learned under.', positions: 'One for each room.' },
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
  schemas: {
    SyncedRoom: named(syncedRoomSchema, {
      '': '`reset`: drop what is known of the room and load its newest page.',
      messages: 'What was missed, oldest first, each as it is now.',
      changed: 'What of the known messages changed, as it is now, in the order of `rev`.',
      upTo: 'The new position: nothing at or below it is missing any more.',
      more: 'There is more: ask again from `upTo`.',
    }),
    SyncAnswer: named(syncAnswerSchema, { epoch: EPOCH, rooms: 'One for each position asked about.' }),
  },
});
