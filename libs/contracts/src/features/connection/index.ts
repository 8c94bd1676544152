import { z } from 'zod';
import { event, feature, news } from '../../define';
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
});
