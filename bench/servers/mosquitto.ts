import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMark } from '../load/frames';
import type { Server } from './server';

/** mosquitto, by MQTT 3.1.1 with QoS 0. A message is answered by nothing, and kept nowhere. */

const CONNECT = 0x10;
const CONNACK = 2;
const PUBLISH = 3;
const PUBLISH_FIRST = 0x30;
const SUBSCRIBE = 0x82;
const SUBACK = 9;
/** No pings, a session that ends with the connection. */
const CONNECT_HEAD = Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0]);

export const mosquitto: Server = {
  program: 'mosquitto',
  start(port, folder) {
    const file = join(folder, 'mosquitto.conf');
    const lines = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'set_tcp_nodelay true',
      'persistence false',
      'log_dest none',
      // It throws away what is past these: of a bench nothing may be lost.
      'max_queued_messages 0',
      'max_queued_bytes 0',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { command: 'mosquitto', args: ['-c', file] };
  },
  speak: (line, person, rooms) => ({
    framing: { frameEnd, bodyStart: (_bytes, at) => at, markOf },
    begin: () => line.send(packet(CONNECT, CONNECT_HEAD, field(`bench-${person}`))),
    other(bytes, from) {
      const kind = (bytes[from] as number) >> 4;
      if (kind === CONNACK) {
        const topics = rooms.flatMap((room) => [field(topic(room)), Buffer.from([0])]);
        line.send(packet(SUBSCRIBE, Buffer.from([0, 1]), ...topics));
      } else if (kind === SUBACK) line.ready();
    },
  }),
  message: (roomId, text) => packet(PUBLISH_FIRST, field(topic(roomId)), Buffer.from(text)),
};

const topic = (roomId: string) => `room/${roomId}`;

function field(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let rest = body.length; rest > 0 || length.length === 0; rest >>= 7)
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

/** A byte that says what it is, and the length of the rest, seven bits a byte. */
function frameEnd(bytes: Buffer, at: number, end: number): number {
  let length = 0;
  for (let place = at + 1, shift = 0; place < end; place++, shift += 7) {
    const byte = bytes[place] as number;
    length += (byte & 127) << shift;
    if (byte < 128) return place + 1 + length;
  }
  return -1;
}

function markOf(bytes: Buffer, start: number, end: number): number {
  return (bytes[start] as number) >> 4 === PUBLISH ? findMark(bytes, start, end) : -1;
}
