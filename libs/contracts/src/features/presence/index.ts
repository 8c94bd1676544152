import { z } from 'zod';
import { call, event, feature, named } from '../../define';
import { onlineAnswerSchema, onlineRequestSchema, presenceSchema, stalePresenceSchema } from './schemas';

export const presence = feature({
  calls: {
    online: call({
      request: onlineRequestSchema,
      answer: onlineAnswerSchema,
      socket: true,
      cost: 4,
      may: 'user',
      doc: {
        tag: 'People',
        summary: 'Who is online',
        description: 'In step with the news on this socket, which a list fetched elsewhere is not: ask it on `hello`.',
        fields: { after: "An answer's `next`: those that follow." },
      },
    }),
  },
  events: {
    presence: event({
      data: z.array(presenceSchema),
      audience: 'everybody',
      since: 1,
      doc: { summary: 'Who came and went lately, coalesced' },
    }),
    'presence.stale': event({
      data: stalePresenceSchema,
      audience: 'everybody',
      since: 1,
      doc: {
        summary: 'A crowd came or went: ask `online`',
        description: 'In place of `presence`, when that would be long. Ask after a random part of `spreadMs`.',
      },
    }),
    'user.connected': event({
      data: presenceSchema,
      audience: 'everybody',
      legacy: true,
      doc: { summary: 'Somebody came online', description: 'In place of `presence`.' },
    }),
    'user.disconnected': event({
      data: presenceSchema,
      audience: 'everybody',
      legacy: true,
      doc: { summary: 'Somebody went offline', description: 'In place of `presence`.' },
    }),
  },
  schemas: {
    Presence: named(presenceSchema, {
      online: 'Somebody is online while any socket of theirs on any gateway is.',
    }),
    OnlineAnswer: named(onlineAnswerSchema, { next: 'There are more: ask again with it as `after`.' }),
    StalePresence: named(stalePresenceSchema, { spreadMs: 'Ask `online` after a random part of that time.' }),
  },
});
