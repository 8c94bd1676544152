import {
  type Changed,
  type ForeignEnvelope,
  foreignEnvelopeSchema,
  HARD_MESSAGE_LENGTH,
  MAX_STORED_BYTES,
  type Message,
  type NewsEnvelope,
  newsEnvelopeSchema,
  RELAY_VERSION,
  type RelayEnvelope,
  readView,
  relayEnvelopeSchema,
  roomIdSchema,
} from '@app/contracts';
import { jsonMembers } from '@app/streams';

/**
 * The envelope of a message as the messages service publishes it (its `lua/append.lua`): the header by its fields, with any
 * further ones between; of the message itself but that it begins with the same id, and that it is JSON.
 */
const MESSAGE = new RegExp(
  `^\\{"v":${RELAY_VERSION},"serverId":"[\\w:-]*","type":"message","to":\\{"room":"([\\d:]+)"\\},` +
    `"id":"(\\1-([1-9]\\d{0,14})-\\d{1,20})","seq":\\3(?:,"rev":([1-9]\\d{0,14}))?${jsonMembers('rev', 'date', 'data')},"date":([1-9]\\d{0,11}\\.\\d{6})` +
    `(?:,"span":"([\\w-]{0,64})")?${jsonMembers('span', 'data')},"data":(\\{"id":"\\2","seq":\\3${jsonMembers()}\\})\\}$`,
  'u',
);

const relayView = readView(relayEnvelopeSchema);
const newsView = readView(newsEnvelopeSchema);

/** What a gateway has to know of a message. */
export type Heard = Pick<Message, 'id' | 'seq' | 'rev' | 'date' | 'roomId'>;
export type OtherEnvelope = Exclude<RelayEnvelope, { type: 'message' }>;
/** What came over `MESSAGES`, or over `news` of a change or of a direct room that is in its people's lists. */
export type Live =
  | { message: Heard; json: string; span?: string | undefined }
  | { changed: Changed; span?: string | undefined }
  | { ours: OtherEnvelope }
  | { begun: string }
  | { foreign: ForeignEnvelope };

/**
 * Ours, a demo server's, or (undefined) nothing that makes sense, or of a later version. A message that is spelled as our
 * services spell it is not parsed.
 */
export function readRelay(payload: string): Live | undefined {
  const message = payload.length <= HARD_MESSAGE_LENGTH ? readMessage(payload) : undefined;
  if (message) return message;
  const value = parseJson(payload);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('v' in value) {
    const ours = relayView.safeParse(value).data;
    if (ours?.type !== 'message') return ours && { ours };
    return { message: ours.data, json: JSON.stringify(ours.data), span: ours.span };
  }
  const foreign = foreignEnvelopeSchema.safeParse(value);
  return foreign.success ? { foreign: foreign.data } : undefined;
}

/** Fast path: further fields of the header are passed over, those of the message passed on. */
export function readMessage(payload: string): Live | undefined {
  const [, roomId, id, seq, rev, date, span, json] = MESSAGE.exec(payload) ?? [];
  if (json === undefined || id === undefined || !roomIdSchema.safeParse(roomId).success) return undefined;
  const clock = { seq: Number(seq), ...(rev !== undefined && { rev: Number(rev) }) };
  return { message: { id, ...clock, date: Number(date), roomId: roomId as string }, json, span };
}

/** What came over a room's own channel: a message, or news of the room. */
export function readRoom(payload: string): { live: Live } | { news: NewsEnvelope } | undefined {
  const live = payload.length <= HARD_MESSAGE_LENGTH ? readMessage(payload) : undefined;
  if (live) return { live };
  const news = readNews(payload);
  if (news) return { news };
  const other = readRelay(payload);
  return other && 'message' in other ? { live: other } : undefined;
}

/** What came over `news`; undefined for nothing that makes sense, or of a kind not known here. */
export function readNews(payload: string): NewsEnvelope | undefined {
  const news = newsView.safeParse(parseJson(payload));
  return news.success ? news.data : undefined;
}

function parseJson(payload: string): unknown {
  if (payload.length > MAX_STORED_BYTES) return undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
