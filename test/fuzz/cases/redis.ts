import {
  FACTS,
  foreignEnvelopeSchema,
  newsEnvelopeSchema,
  relayEnvelopeSchema,
  SERVICES,
  serviceOf,
  WORK,
  type WorkPattern,
} from '@app/contracts';
import { keys } from '@app/redis';
import { z } from 'zod';
import type { Random } from '../../chaos/random';
import { damaged, damagedBytes, hostileJson, madeFor, type Schema } from '../values';

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
const PATTERNS = Object.keys(WORK) as WorkPattern[];
const REQUESTS = new Map(PATTERNS.map((pattern) => [pattern, schemaOf(WORK[pattern].request)]));
const EVENT_DATA = new Map(Object.entries(FACTS).map(([event, { data }]) => [event, schemaOf(data)]));
const ENVELOPES = [relayEnvelopeSchema, newsEnvelopeSchema, foreignEnvelopeSchema].map(schemaOf);

/** An entry for a stream of work or events. @returns the stream and the entry's fields and values */
export function workCase(random: Random): { stream: string; fields: (string | Buffer)[] } {
  const isEvent = random.chance(0.15);
  const pattern = isEvent ? random.pick([...EVENT_DATA.keys()]) : random.pick(PATTERNS);
  const schema = (isEvent ? EVENT_DATA.get(pattern) : REQUESTS.get(pattern as WorkPattern)) ?? {};
  const data = madeFor(random, schema);
  const request = {
    pattern,
    data: random.chance(0.5) ? data : damaged(random, data),
    id: 'f',
    replyTo: 'reply:fuzz',
    ttlMs: 5000,
    key: `fuzz-${random.integer(0, 50)}`,
  };
  const requests = random.chance(0.6) ? Buffer.from(JSON.stringify([request])) : hostileJson(random, [request]);
  const stream = isEvent
    ? keys.events('rooms')
    : keys.work(random.chance(0.9) ? serviceOf(pattern as WorkPattern) : random.pick(SERVICES));
  const fields: (string | Buffer)[] = ['requests', requests];
  if (random.chance(0.1)) fields.push(random.pick(['attempts', 'at', 'requests', '']), damagedBytes(random, '1'));
  return { stream, fields };
}

/** What is published on the channels of the relay. */
export function envelopeCase(random: Random): Buffer {
  return hostileJson(random, madeFor(random, random.pick(ENVELOPES)));
}
