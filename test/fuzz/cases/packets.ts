import type { Random } from '../../chaos/random';
import { anyValue, damagedBytes, hostileJson } from '../values';

/** The calls of the socket, as a client makes them. */
const CALLS: [event: string, ...args: unknown[]][] = [
  ['message', { roomId: '3:4', message: 'fuzz', clientId: 'client-id-0001' }],
  ['message', { roomId: '0', message: 'fuzz' }],
  ['room.join', '0'],
  ['sync', { epoch: 'x', positions: [{ roomId: '0', seq: 0, id: '', rev: 0 }] }],
  ['room.read', { roomId: '0', seq: 1 }],
  ['typing', { roomId: '3:4' }],
  ['online', {}],
];

/** A packet of Engine.IO as a text: most carry a call of Socket.IO. */
export function packetCase(random: Random): Buffer {
  const body = random.chance(0.85) ? random.pick(CALLS) : anyValue(random);
  const id = random.chance(0.6) ? String(random.integer(0, 99)) : '';
  const namespace = random.chance(0.05) ? random.pick(['/', '/x,', '/,', '//,']) : '';
  const attachments = random.chance(0.05) ? random.pick(['1-', '0-', '-', '99999999999-', 'x-']) : '';
  const type = random.chance(0.9) ? '42' : `${random.integer(0, 9)}${random.integer(0, 9)}`;
  const json = hostileJson(random, body);
  const packet = Buffer.concat([Buffer.from(type + attachments + namespace + id), json]);
  return random.chance(0.2) ? damagedBytes(random, packet) : packet;
}

/** What is posted by a client that polls: several packets, some of them binary. */
export function pollingCase(random: Random): Buffer {
  const packets = Array.from({ length: random.integer(1, 4) }, () =>
    random.chance(0.1) ? Buffer.from(`b${random.pick(['AAAA', '', '=', 'é', 'A'])}`) : packetCase(random),
  );
  return Buffer.concat(packets.flatMap((packet, i) => (i === 0 ? [packet] : [Buffer.from('\x1e'), packet])));
}

/** The bytes of a WebSocket frame: most are as a client sends them, some break RFC 6455. */
export function frameCase(random: Random): Buffer {
  const payload = packetCase(random);
  const opcode = random.chance(0.85) ? 1 : random.integer(0, 15);
  const first = (random.chance(0.95) ? 0x80 : 0) | (random.chance(0.03) ? random.integer(1, 7) << 4 : 0) | opcode;
  const isMasked = random.chance(0.97);
  const length = random.chance(0.97) ? payload.length : random.pick([0, 1, 125, 65_535, 2 ** 31]);
  const mask = Buffer.from([1, 2, 3, 4]);
  const body = isMasked ? payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : payload;
  return Buffer.concat([
    Buffer.from([first]),
    lengthOf(length, isMasked ? 0x80 : 0),
    ...(isMasked ? [mask] : []),
    Buffer.from(body),
  ]);
}

function lengthOf(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.from([maskBit | length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  bytes[0] = maskBit | (length < 65_536 ? 126 : 127);
  if (length < 65_536) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}
