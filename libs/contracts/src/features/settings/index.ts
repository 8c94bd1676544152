import { z } from 'zod';
import { call, feature, named } from '../../define';
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
  schemas: {
    Settings: named(settingsSchema, {
      registration:
        '`open`: everybody may register; `closed`: nobody; `first`: the first user of an empty database alone.',
      demoUsers: "The demo's people, offered at sign-in; empty without demo data.",
      maxMessageLength: 'In characters (code points).',
    }),
  },
});
