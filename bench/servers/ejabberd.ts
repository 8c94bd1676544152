import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMark } from '../load/frames';
import type { Speech } from '../load/speech';
import type { Server } from './server';

/**
 * ejabberd, rooms of XMPP (MUC). A message comes back to its sender as a copy; with the archive (mod_mam, in Mnesia) it is
 * kept, too. Nobody is told who comes to a room: else a room of 1,000 would begin with a million presences.
 */

const HOST = 'localhost';
const OPEN = `<?xml version='1.0'?><stream:stream to='${HOST}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`;
const AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>";
const BIND = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
const ITSELF = /<status code=['"]110['"]/;
const GREATER = 0x3e;
const SLASH = 0x2f;
const LETTER_M = 0x6d;
const NAME_ENDS = /[\s/>]/;

function ejabberd(withArchive: boolean): Server {
  return {
    program: 'ejabberdctl',
    copiesDiffer: true,
    start(port, folder) {
      const file = join(folder, 'ejabberd.yml');
      writeFileSync(file, settings(port, withArchive));
      const args = ['-noinput', '+K', 'true', '-mnesia', 'dir', `"${join(folder, 'mnesia')}"`, '-s', 'ejabberd'];
      const paths = { EJABBERD_CONFIG_PATH: file, EJABBERD_LOG_PATH: join(folder, 'ejabberd.log') };
      return { command: 'erl', args, env: { ...process.env, HOME: folder, ERL_LIBS: libraries(), ...paths } };
    },
    speak,
    message: (roomId, text) =>
      Buffer.from(`<message to='${address(roomId)}' type='groupchat'><body>${text}</body></message>`),
  };
}

export const ejabberdAlone = ejabberd(false);
export const ejabberdWithArchive = ejabberd(true);

const address = (roomId: string) => `room${roomId}@conference.${HOST}`;

function settings(port: number, withArchive: boolean): string {
  const room = `{presence_broadcast: [], mam: ${withArchive}, max_users: 10000}`;
  return `hosts: ["${HOST}"]
loglevel: error
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
max_fsm_queue: 1000000
listen:
  - {port: ${port}, ip: "127.0.0.1", module: ejabberd_c2s, shaper: none, max_stanza_size: infinity, max_fsm_queue: 1000000}
modules:
  mod_muc: {access: all, access_create: all, history_size: 0, max_users: 10000, default_room_options: ${room}}
${withArchive ? '  mod_mam: {db_type: mnesia, default: never}\n' : ''}`;
}

/** Where its control program says that its libraries are. */
function libraries(): string {
  const file = execFileSync('which', ['ejabberdctl'], { encoding: 'utf8' }).trim();
  return /^ERL_LIBS='?([^'\n]+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}

function speak(line: Parameters<Server['speak']>[0], person: number, rooms: readonly string[]): Speech {
  let isKnown = false;
  let joined = 0;
  const join = (room: string) =>
    `<presence to='${address(room)}/p${person}'><x xmlns='http://jabber.org/protocol/muc'><history maxchars='0'/></x></presence>`;
  return {
    framing: { frameEnd, bodyStart: (_bytes, at) => at, markOf },
    begin: () => line.send(OPEN),
    other(bytes, from, to) {
      const stanza = bytes.toString('utf8', from, to);
      if (stanza.startsWith('<stream:features')) line.send(isKnown ? BIND : AUTH);
      else if (stanza.startsWith('<success')) {
        isKnown = true;
        line.send(OPEN);
      } else if (stanza.startsWith('<iq') && stanza.includes('bind')) line.send(rooms.map(join).join(''));
      else if (stanza.startsWith('<presence') && ITSELF.test(stanza) && ++joined === rooms.length) line.ready();
      else if (/^<(stream:error|failure)|type=['"]error['"]/.test(stanza)) line.fail(stanza);
    },
  };
}

/** A stanza, `<name …>…</name>` or `<name …/>`, which has none of the same name in it; or what opens the stream. */
function frameEnd(bytes: Buffer, at: number, end: number): number {
  const part = bytes.subarray(at, end);
  const head = part.indexOf(GREATER);
  if (head === -1) return -1;
  const tag = part.toString('latin1', 1, head);
  if (tag.startsWith('?') || tag.startsWith('stream:stream') || part[head - 1] === SLASH) return at + head + 1;
  const closing = `</${tag.split(NAME_ENDS, 1)[0]}>`;
  const found = part.indexOf(closing, head);
  return found === -1 ? -1 : at + found + closing.length;
}

/** A `<message>` with a mark. */
function markOf(bytes: Buffer, start: number, end: number): number {
  return bytes[start + 1] === LETTER_M ? findMark(bytes, start, end) : -1;
}
