import {
  type ForeignEnvelope,
  foreignEnvelopeSchema,
  HARD_MESSAGE_LENGTH,
  MAX_STORED_BYTES,
  type Message,
  type NewsEnvelope,
  newsEnvelopeSchema,
  type RelayEnvelope,
  relayEnvelopeSchema,
  roomIdSchema,
} from '@app/contracts';
import { JSON_TEXT } from '@app/streams';

/** A message as the messages service publishes it (its `lua/append.lua`), letter by letter. */
const MESSAGE = new RegExp(
  '^\\{"serverId":"[\\w:-]*","type":"message","data":' +
    `(\\{"id":"(([\\d:]+)-([1-9]\\d{0,14})-\\d{1,20})","seq":\\4,"from":"\\d{1,15}","date":([1-9]\\d{0,11}\\.\\d{6}),` +
    `"message":"${JSON_TEXT}","roomId":"\\3","clientId":"[A-Za-z0-9_-]{8,64}"\\})` +
    ',"v":1,"to":\\{"room":"\\3"\\}(?:,"span":"([\\w-]{0,64})")?\\}$',
  'u',
);

/** What a gateway has to know of a message. */
export type Heard = Pick<Message, 'id' | 'seq' | 'date' | 'roomId'>;
export type OtherEnvelope = Exclude<RelayEnvelope, { type: 'message' }>;
/** What came over `MESSAGES`. */
export type Live =
  | { message: Heard; json: string; span?: string | undefined }
  | { ours: OtherEnvelope }
  | { foreign: ForeignEnvelope };

/** Ours, a demo server's, or (undefined) nothing that makes sense. What is spelled as our services spell it is not parsed. */
export function readRelay(payload: string): Live | undefined {
  const message = payload.length <= HARD_MESSAGE_LENGTH ? readMessage(payload) : undefined;
  if (message) return message;
  const value = parseJson(payload);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('v' in value) {
    const ours = relayEnvelopeSchema.safeParse(value).data;
    if (ours?.type !== 'message') return ours && { ours };
    return { message: ours.data, json: JSON.stringify(ours.data), span: ours.span };
  }
  const foreign = foreignEnvelopeSchema.safeParse(value);
  return foreign.success ? { foreign: foreign.data } : undefined;
}

function readMessage(payload: string): Live | undefined {
  const [, json, id, roomId, seq, date, span] = MESSAGE.exec(payload) ?? [];
  if (json === undefined || id === undefined || roomId === undefined) return undefined;
  if (!roomIdSchema.safeParse(roomId).success) return undefined;
  return { message: { id, seq: Number(seq), date: Number(date), roomId }, json, span };
}

/** What came over `news`; undefined for nothing that makes sense. */
export function readNews(payload: string): NewsEnvelope | undefined {
  const news = newsEnvelopeSchema.safeParse(parseJson(payload));
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
