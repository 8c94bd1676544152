/** Frames as they lie in a stream of bytes, those of WebSocket first, and the marks in the texts of the bench's messages. */

const TEXT = 0x81;
const MASKED = 0x80;

/** A text frame as a client sends it. Its mask is zero, which leaves the text as it is. */
export function clientFrame(text: string, opcode = TEXT): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? [opcode, MASKED | length] : [opcode, MASKED | 126, length >> 8, length & 255];
  if (length > 0xffff) throw new Error('Too long for a message of the bench');
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), Buffer.from(text)]);
}

/** Where the server's frame that begins at `at` ends; may lie past `end`. -1: even that is not there yet. */
export function frameEnd(bytes: Buffer, at: number, end: number): number {
  if (end - at < 2) return -1;
  const length = byte(bytes, at + 1) & 127;
  if (length < 126) return at + 2 + length;
  if (length === 126) return end - at < 4 ? -1 : at + 4 + bytes.readUInt16BE(at + 2);
  return end - at < 10 ? -1 : at + 10 + Number(bytes.readBigUInt64BE(at + 2));
}

/** Where the payload of the frame that begins at `at` begins. */
export function payloadStart(bytes: Buffer, at: number): number {
  const length = byte(bytes, at + 1) & 127;
  return at + (length < 126 ? 2 : length === 126 ? 4 : 10);
}

/** How a protocol divides a stream of bytes. */
export interface Framing {
  /** Where the frame that begins at `at` ends; may lie past `end`. -1: what is there does not say. */
  frameEnd(bytes: Buffer, at: number, end: number): number;
  bodyStart(bytes: Buffer, at: number): number;
  /** The mark of the message that a frame with this body is a copy of; -1: it is something else. */
  markOf(bytes: Buffer, start: number, end: number): number;
}

const DIGIT_4 = 0x34;
const DIGIT_2 = 0x32;
const BRACE = 0x7b;

/** Copies are Socket.IO events, or bare JSON: neither acknowledgements nor pings. */
export const WEBSOCKET: Framing = {
  frameEnd,
  bodyStart: payloadStart,
  markOf(bytes, start, end) {
    const isEvent = bytes[start] === BRACE || (bytes[start] === DIGIT_4 && bytes[start + 1] === DIGIT_2);
    return isEvent && end - start > 1 ? findMark(bytes, start, end) : -1;
  },
};

const SIGN = 0x40;
const SENDER_DIGITS = 5;
const COUNT_DIGITS = 9;
const MARK_LENGTH = 2 + SENDER_DIGITS + COUNT_DIGITS;
const COUNTS = 10 ** COUNT_DIGITS;

/** Who sent a message and its number among that sender's, from 1, as one number. */
export function markOf(sender: number, count: number): number {
  return sender * COUNTS + count;
}
export const senderOf = (mark: number) => Math.floor(mark / COUNTS);
export const countOf = (mark: number) => mark % COUNTS;

/** A text of that many characters that carries a mark. */
export function markedText(mark: number, length: number): string {
  return `@@${String(mark).padStart(SENDER_DIGITS + COUNT_DIGITS, '0')}`.padEnd(length, ' and so on');
}

/** The mark between two places; -1 when there is none. */
export function findMark(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at <= to - MARK_LENGTH; at++) {
    if (bytes[at] !== SIGN || bytes[at + 1] !== SIGN) continue;
    let mark = 0;
    for (let digit = at + 2; digit < at + MARK_LENGTH; digit++) mark = mark * 10 + byte(bytes, digit) - 0x30;
    return mark;
  }
  return -1;
}

function byte(bytes: Buffer, at: number): number {
  return bytes[at] as number;
}
