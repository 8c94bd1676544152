import { z } from 'zod';
import { event, feature, named, news } from '../../define';
import { errorBodySchema } from '../../errors';
import { helloSchema, resyncSchema } from './schemas';

export const connection = feature({
  events: {
    hello: event({
      data: helloSchema,
      audience: 'socket',
      doc: {
        summary: 'The socket hears all its rooms from here on',
        description: 'Ask `sync` now: what came before may be missing.',
      },
    }),
    resync: event({
      data: resyncSchema,
      audience: 'everybody',
      doc: {
        summary: 'Something may have been missed: `sync`',
        description: 'After a random part of `spreadMs`.',
      },
    }),
  },
  news: {
    heartbeat: news({ data: z.strictObject({ nonce: z.string() }), audience: 'gateways', from: 'gateway' }),
  },
  schemas: {
    Error: named(errorBodySchema, {
      code: 'What went wrong, for programs.',
      message: 'What went wrong, for people.',
      retryAfterMs: 'When asking again makes sense.',
    }),
    Hello: named(helloSchema, {
      serverId: "The gateway's, another one after each of its restarts.",
      maxMessageLength: 'In characters (code points).',
      editWindowMs: 'For so long after it was stored a message may be edited; 0: for ever.',
      now: "The server's clock, in Unix milliseconds: a client's own may be wrong.",
      calls: 'What may be called on this socket: a gateway of another version may know others.',
    }),
    Resync: named(resyncSchema, { spreadMs: 'Ask `sync` after a random part of that time.' }),
  },
});
