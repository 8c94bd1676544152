import { z } from 'zod';
import { call, feature } from '../../define';
import { settingsSchema } from './schemas';

export const settings = feature({
  calls: {
    settings: call({
      request: z.strictObject({}),
      answer: settingsSchema,
      http: { method: 'GET', path: '/api/settings' },
      rate: 'own',
      may: 'anybody',
      doc: { tag: 'Settings', summary: 'What a client needs to know before sign-in' },
    }),
  },
});
