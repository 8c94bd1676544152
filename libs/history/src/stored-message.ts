import { type Message, messageSchema, readForeignMessage, readView } from '@app/contracts';
import { JSON_TEXT, jsonMembers } from '@app/streams';

/** How one of ours begins, whatever follows (`lua/append.lua`). */
const BEGINNING = /^\{"seq":[1-9]\d{0,14},/;
/** Ours spell their date with six digits, which no server of the demo does where the last is a 0 (`lua/ours.lua`). */
const isOurs = (member: string, score: number) =>
  BEGINNING.test(member) && member.includes(`"date":${score.toFixed(6)}`);
const messageView = readView(messageSchema);

/**
 * Parses a member of the sorted set: a message of ours as it is, with fields of a later version; a demo server's message
 * converted to our form.
 * @param member the sorted set's member
 * @param score Unix seconds
 * @returns undefined if it is no message
 */
export function readStored(member: string, score: number, roomId: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(member);
  } catch {
    return undefined;
  }
  if (isOurs(member, score) && isRecord(value) && value.date === score) {
    const id = idOf(roomId, Number(value.seq), score.toFixed(6));
    const ours = messageView.safeParse({ ...value, id });
    if (ours.success) return ours.data;
  }
  return readForeignMessage(value, roomId, score);
}

/** The beginning of what `lua/append.lua` writes, up to its text. */
const HEADER =
  '^\\{"seq":([1-9]\\d{0,14}),(?:"rev":([1-9]\\d{0,14}),)?"from":"(\\d+)","date":([1-9]\\d{0,11}\\.\\d{6}),"message":';
/** What `lua/edit.lua` and `lua/delete.lua` add. */
const CHANGED =
  '(?:,"edited":[1-9]\\d{0,11}\\.\\d{6})?(?:,"deleted":\\{"by":"[1-9]\\d{0,14}","date":[1-9]\\d{0,11}\\.\\d{6}\\})?';
/** Canonical JSON of ours with any further fields. A known field out of its place is not canonical. */
const OURS = new RegExp(
  `${HEADER}"${JSON_TEXT}","roomId":"[\\d:]+"(?:,"clientId":"[A-Za-z0-9_-]{8,64}")?${CHANGED}` +
    `${jsonMembers(...Object.keys(messageSchema.shape))}\\}$`,
  'u',
);

/**
 * As `readStored`, as JSON. Fast path: canonical JSON of ours is matched instead of parsed.
 * @returns JSON
 */
export function storedJson(member: string, score: number, roomId: string): string | undefined {
  const [, seq, , , date] = OURS.exec(member) ?? [];
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
/** Up to where the text of one of ours goes in whole characters. */
const OUR_TEXT = new RegExp(`${HEADER}"(${JSON_TEXT})`, 'u');

/**
 * As `storedJson`, with a long text cut to its beginning, and without further fields then.
 * @param member whole, or the beginning of one of ours
 */
export function previewJson(member: string, score: number, roomId: string): string | undefined {
  if (member.length <= PREVIEW_LENGTH) return storedJson(member, score, roomId);
  const [, seq, rev, from, date, text] = OUR_TEXT.exec(member) ?? [];
  if (seq !== undefined && date !== undefined && Number(date) === score) {
    const message = previewOf(JSON.parse(`"${text}"`) as string);
    // The text is short and what follows it is long: the message is kept whole, unless it came cut off.
    const whole = message.length <= PREVIEW_LENGTH && storedJson(member, score, roomId);
    if (whole) return whole;
    const clock = { seq: Number(seq), ...(rev !== undefined && { rev: Number(rev) }) };
    return JSON.stringify({ id: idOf(roomId, seq, date), ...clock, from, date: score, message, roomId });
  }
  const whole = readStored(member, score, roomId);
  if (whole === undefined) return undefined;
  // A demo server's message may have any text as its sender.
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

/** A score as Redis spells it: `inf` is one, too. */
export function scoreOf(score: string): number {
  const number = Number(score);
  return Number.isNaN(number) ? Number(score.replace('inf', 'Infinity')) : number;
}
