import { type Message, messageSchema, newsEnvelopeSchema, relayEnvelopeSchema } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import { heardAll } from '@app/testing';
import * as fc from 'fast-check';
import type { NewMessage } from './messages.store';
import { Stores } from './spec-support/stores';

let stores: Stores;
let limited: Stores;
let subscriber: Redis;
let heard: string[];

beforeAll(async () => {
  stores = await Stores.start();
  limited = stores.with({ MESSAGES_PER_WINDOW: '9', MESSAGES_WINDOW_MS: '600000', STORED_BYTES_PER_DAY: '6000' });
  subscriber = await stores.server.connect('subscriber');
  subscriber.on('message', (_channel, payload) => heard.push(payload));
  const { messages, news } = channelsOf(stores.redis);
  await subscriber.subscribe(messages, news);
});
afterAll(() => stores?.stop());

const SHOW = { id: '1:2', names: ['Ann', 'Bob'] };

/** What is done to one room: something sent, or the first message that is there edited. */
type Step = Pick<NewMessage, 'userId' | 'clientId' | 'message'> | 'edit';

/** Ids and dates differ from run to run: what is left of a message is its place. */
const placed = ({ id, date, edited, ...rest }: Message) => ({
  ...rest,
  id: id.replace(/\d+$/, ''),
  isDated: date > 0,
  isEdited: edited !== undefined,
});

/** Does it, as many steps together as `sizes` say, to an empty database. @returns all that can be seen of it */
async function run(roomId: string, steps: readonly Step[], sizes: readonly number[]) {
  const { redis, server } = stores;
  await server.flush();
  await redis.hset(keys.roomMembers('5'), '1', 'member', '2', 'member', '4', 'x');
  heard = [];
  const outcomes: unknown[] = [];
  const rest = [...steps];
  for (let turn = 0; rest.length > 0; turn++) {
    if (rest[0] === 'edit') {
      rest.shift();
      const [first] = (await stores.pageOf(roomId, 1000)).messages;
      if (first) await stores.edited(first, `${first.message}!`);
      continue;
    }
    const edit = rest.indexOf('edit');
    const size = Math.min(sizes[turn % sizes.length] ?? 1, edit < 0 ? rest.length : edit);
    const batch = rest.splice(0, size).map((step) => ({ ...(step as NewMessage), roomId }));
    outcomes.push(...(await limited.store.append(roomId, batch, { show: roomId === '1:2' ? SHOW : undefined })));
  }
  await heardAll(subscriber, redis, channelsOf(redis).news);
  const { messages } = await stores.pageOf(roomId, 1000);
  for (const [i, { date }] of messages.entries()) if (i > 0) expect(date).toBeGreaterThan(messages[i - 1]?.date ?? 0);
  const { date, first, ...head } = await redis.hgetall(keys.roomHead(roomId));
  const spent = await Promise.all(
    ['1', '2', '3', '4'].map((user) => redis.hmget(keys.userSpent(user), 'messages', 'bytes')),
  );
  const sent = await redis.keys(keys.roomSent(roomId, '*', '*'));
  return {
    outcomes: outcomes.map((outcome) => {
      if (outcome instanceof Error) return (outcome as Error & { code?: string }).code;
      const { json, unlisted } = outcome as { json: string; unlisted: boolean };
      return { unlisted, ...placed(messageSchema.parse(JSON.parse(json))) };
    }),
    messages: messages.map(placed),
    head,
    isDated: [
      date === messages.at(-1)?.date.toFixed(6) || messages.length === 0,
      first === messages[0]?.date.toFixed(6),
    ],
    spent,
    sent: sent.toSorted(),
    announced: heard.flatMap((payload) => {
      const value = JSON.parse(payload);
      if (value.type === 'heartbeat') return [];
      const envelope = value.type === 'changed' ? newsEnvelopeSchema.parse(value) : relayEnvelopeSchema.parse(value);
      if (envelope.type === 'message') return placed(envelope.data);
      return envelope.type === 'changed' ? { rev: envelope.data.rev } : envelope.data;
    }),
  };
}

const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constant('x'.repeat(2500)) },
);
/** Two members, one who is none, one who was sent away; few client ids, so that many are repeated. */
const send = fc.record({
  userId: fc.constantFrom('1', '1', '2', '2', '3', '4'),
  clientId: fc.integer({ min: 1, max: 12 }).map((n) => `batch-client-${n}`),
  message: text,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: send },
  { weight: 1, arbitrary: fc.constant('edit' as const) },
);

it('of messages gives what they give one by one: places, answers, refusals, counts and announcements', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('0', '5', '1:2'),
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (roomId, steps, sizes) => {
        expect(await run(roomId, steps, sizes)).toEqual(await run(roomId, steps, [1]));
      },
    ),
    { numRuns: 60 },
  );
});
