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

const DATA = ',"data":{';

/** What came over `MESSAGES`. */
export type Live = OurLive | { foreign: ForeignEnvelope };
interface OurLive {
  ours: RelayEnvelope;
  /** The JSON of its data. */
  data: string;
}

/** Ours, a demo server's, or (undefined) nothing that makes sense. */
export function readRelay(payload: string): Live | undefined {
  const value = parseJson(payload);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('v' in value) {
    const ours = relayEnvelopeSchema.safeParse(value);
    return ours.success ? { ours: ours.data, data: dataOf(payload) ?? JSON.stringify(ours.data.data) } : undefined;
  }
  const foreign = foreignEnvelopeSchema.safeParse(value);
  return foreign.success ? { foreign: foreign.data } : undefined;
}

/**
 * The JSON of an envelope's data as it stands there, if that is where our services write it: neither mark can be within a
 * text, whose quotes are escaped, and the data have been checked to have no such keys.
 */
function dataOf(payload: string): string | undefined {
  const from = payload.indexOf(DATA);
  const to = payload.lastIndexOf('},"v":');
  const isThere = from > 0 && to > from && payload.lastIndexOf(DATA) === from;
  return isThere ? payload.slice(from + DATA.length - 1, to + 1) : undefined;
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
