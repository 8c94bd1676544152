import fc from 'fast-check';
import { type Framing, markedText, markOf } from '../load/frames';
import { Incoming } from '../load/incoming';
import { ejabberdAlone } from './ejabberd';
import { mosquitto } from './mosquitto';
import { nats } from './nats';
import type { Server } from './server';

const MARKS = [markOf(1, 1), markOf(2, 1), markOf(1, 2)];
const TEXTS = MARKS.map((mark) => markedText(mark, 100));
const publish = (text: string) => mosquitto.message('5', text);

/** What each says, frame by frame: three copies among other things. */
const STREAMS: [string, Server, (string | Buffer)[]][] = [
  [
    'NATS',
    nats,
    [
      'INFO {"server_id":"A"}\r\n',
      ...TEXTS.map((text) => `MSG room.5 1 100\r\n${text}\r\n`),
      'MSG room.5 1 4\r\n\r\n\r\n\r\n',
      'PING\r\n',
      'MSG room.5 1 0\r\n\r\n',
    ],
  ],
  ['mosquitto', mosquitto, [Buffer.from([0x20, 2, 0, 0]), ...TEXTS.map(publish), Buffer.from([0x90, 3, 0, 1, 0])]],
  [
    'ejabberd',
    ejabberdAlone,
    [
      "<?xml version='1.0'?>",
      "<stream:stream id='1' version='1.0' xmlns='jabber:client'>",
      '<stream:features><mechanisms><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>',
      "<message from='a/b' type='groupchat'><subject/></message>",
      ...TEXTS.map((text) => `<message from='a/b' type='groupchat'><body>${text}</body></message>`),
      "<presence from='a/b'><x><status code='100'/></x></presence>",
      "<iq type='result'/>",
    ],
  ],
];

it.each(STREAMS)('%s: finds each frame and each copy, however the stream is cut', (_, server, frames) => {
  const line = { send: () => undefined, ready: () => undefined, answered: () => undefined, fail: () => undefined };
  const { framing } = server.speak(line, 1, ['5']);
  const stream = Buffer.concat(frames.map((frame) => Buffer.from(frame)));
  const others = frames.length - MARKS.length;
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
      const seen = read(framing, stream, cuts);
      expect(seen.marks).toEqual(MARKS);
      expect(seen.others).toHaveLength(others);
    }),
  );
});

function read(framing: Framing, stream: Buffer, cuts: readonly number[]) {
  const marks: number[] = [];
  const others: string[] = [];
  const incoming = new Incoming(
    {
      copy: () => undefined,
      loose: (mark) => marks.push(mark),
      astray: () => undefined,
      dueOf: () => Number.NaN,
      other: (bytes, from, to) => others.push(bytes.toString('latin1', from, to)),
    },
    framing,
  );
  // As sockets read: into one buffer, which still holds what was read before.
  const shared = Buffer.alloc(stream.length, '<>\r\n');
  const places = [0, ...[...cuts].sort((a, b) => a - b), stream.length];
  for (const [n, from] of places.slice(0, -1).entries()) {
    const length = stream.copy(shared, 0, from, places[n + 1]);
    incoming.take(shared, 0, length);
  }
  return { marks, others };
}
