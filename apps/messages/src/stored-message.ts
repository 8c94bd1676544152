import { type Message, messageSchema, readForeignMessage } from '@app/contracts';
import { JSON_TEXT } from '@app/streams';

/**
 * A message as it lies in the sorted set: ours as it is, one of a demo server's made readable.
 * @param member the sorted set's member
 * @param score Unix seconds
 * @returns undefined for what is no message at all
 */
export function readStored(member: string, score: number, roomId: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(member);
  } catch {
    return undefined;
  }
  if (isRecord(value) && typeof value.seq === 'number' && value.date === score) {
    const ours = messageSchema.safeParse({ id: idOf(roomId, value.seq, score.toFixed(6)), ...value });
    if (ours.success) return ours.data;
  }
  return readForeignMessage(value, roomId, score);
}

/** Exactly what `lua/append.lua` writes. */
const OURS = new RegExp(
  '^\\{"seq":([1-9]\\d{0,14}),"from":"\\d+","date":([1-9]\\d{0,11}\\.\\d{6}),' +
    `"message":"${JSON_TEXT}","roomId":"[\\d:]+","clientId":"[A-Za-z0-9_-]{8,64}"\\}$`,
  'u',
);

/**
 * As `readStored`, for who only passes it on: what is spelled as ours is not read.
 * @returns JSON
 */
export function storedJson(member: string, score: number, roomId: string): string | undefined {
  const [, seq, date] = OURS.exec(member) ?? [];
  if (seq !== undefined && date !== undefined && Number(date) === score) {
    return `{"id":"${idOf(roomId, seq, date)}",${member.slice(1)}`;
  }
  const message = readStored(member, score, roomId);
  return message && JSON.stringify(message);
}

/** UTF-16 units of a text that a list of rooms shows. */
const PREVIEW_LENGTH = 300;
/** What is enough of one of ours for that: six bytes a unit at most, and what stands before. */
export const PREVIEW_BYTES = 2000;
/** The beginning of what `lua/append.lua` writes, as far as whole characters go. */
const OUR_BEGINNING = new RegExp(
  `^\\{"seq":([1-9]\\d{0,14}),"from":"(\\d+)","date":([1-9]\\d{0,11}\\.\\d{6}),"message":"(${JSON_TEXT})`,
  'u',
);

/** As `storedJson`, with the beginning of a long text only. @param member of one of ours the beginning may be enough */
export function previewJson(member: string, score: number, roomId: string): string | undefined {
  if (member.length <= PREVIEW_LENGTH) return storedJson(member, score, roomId);
  const [, seq, from, date, text] = OUR_BEGINNING.exec(member) ?? [];
  if (seq !== undefined && date !== undefined && Number(date) === score) {
    const message = previewOf(JSON.parse(`"${text}"`) as string);
    return JSON.stringify({ id: idOf(roomId, seq, date), seq: Number(seq), from, date: score, message, roomId });
  }
  const whole = readStored(member, score, roomId);
  if (whole === undefined) return undefined;
  // A demo server's may have any sender.
  return JSON.stringify({ ...whole, from: whole.from.slice(0, PREVIEW_LENGTH), message: previewOf(whole.message) });
}

function previewOf(text: string): string {
  return text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH).toWellFormed()}…` : text;
}

/** @param date Unix seconds with six digits of a fraction */
function idOf(roomId: string, seq: number | string, date: string): string {
  return `${roomId}-${seq}-${date.replace('.', '')}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
