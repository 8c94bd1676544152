import {
  type ForeignEnvelope,
  foreignEnvelopeSchema,
  HARD_MESSAGE_LENGTH,
  type NewsEnvelope,
  newsEnvelopeSchema,
  type RelayEnvelope,
  relayEnvelopeSchema,
} from '@app/contracts';

/** Several bytes a character, and the JSON around it. */
const MAX_BYTES = 8 * HARD_MESSAGE_LENGTH;

/** What came over `MESSAGES`: ours, a demo server's, or (undefined) nothing that makes sense. */
export function readRelay(payload: string): { ours: RelayEnvelope } | { foreign: ForeignEnvelope } | undefined {
  const value = parseJson(payload);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('v' in value) {
    const ours = relayEnvelopeSchema.safeParse(value);
    return ours.success ? { ours: ours.data } : undefined;
  }
  const foreign = foreignEnvelopeSchema.safeParse(value);
  return foreign.success ? { foreign: foreign.data } : undefined;
}

/** What came over `news`; undefined for nothing that makes sense. */
export function readNews(payload: string): NewsEnvelope | undefined {
  const news = newsEnvelopeSchema.safeParse(parseJson(payload));
  return news.success ? news.data : undefined;
}

function parseJson(payload: string): unknown {
  if (payload.length > MAX_BYTES) return undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
