import { findMark } from '../load/frames';
import type { Server } from './server';

/**
 * NATS, by its text protocol. A message is answered by nothing, and kept nowhere; each sender's come in order, but not in
 * one order of all.
 */

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const MSG = 0x4d;
const ZERO = 0x30;

export const nats: Server = {
  program: 'nats-server',
  copiesDiffer: true,
  start: (port) => ({ command: 'nats-server', args: ['--addr', '127.0.0.1', '--port', String(port)] }),
  speak: (line, _person, rooms) => ({
    framing: { frameEnd, bodyStart: (_bytes, at) => at, markOf },
    begin() {
      const subscriptions = rooms.map((room, n) => `SUB ${subject(room)} ${n + 1}\r\n`).join('');
      line.send(`CONNECT {"verbose":false,"pedantic":false}\r\n${subscriptions}PING\r\n`);
    },
    other(bytes, from, to) {
      const text = bytes.toString('latin1', from, to);
      if (text.startsWith('PONG')) line.ready();
      else if (text.startsWith('PING')) line.send('PONG\r\n');
      else if (text.startsWith('-ERR')) line.fail(text);
    },
  }),
  message: (roomId, text) => Buffer.from(`PUB ${subject(roomId)} ${text.length}\r\n${text}\r\n`),
};

const subject = (roomId: string) => `room.${roomId}`;

/** A line; behind `MSG subject sid size` so many bytes, and the end of a line. */
function frameEnd(bytes: Buffer, at: number, end: number): number {
  let behind = at;
  while (behind < end && bytes[behind] !== LINE_FEED) behind++;
  if (behind === end) return -1;
  behind++;
  if (bytes[at] !== MSG) return behind;
  let size = 0;
  let unit = 1;
  for (let digit = behind - 3; bytes[digit] !== SPACE; digit--) {
    size += ((bytes[digit] as number) - ZERO) * unit;
    unit *= 10;
  }
  return behind + size + 2;
}

const markOf = (bytes: Buffer, start: number, end: number) => (bytes[start] === MSG ? findMark(bytes, start, end) : -1);
