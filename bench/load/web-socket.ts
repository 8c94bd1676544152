import { clientFrame, WEBSOCKET } from './frames';
import type { Line, Speech } from './speech';

/** How somebody connects to a WebSocket, and to Socket.IO over it. */
export interface WebSocketHandshake {
  port: number;
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent once the server has opened an Engine.IO session; absent: there is none. */
  connectPacket?: string;
  /** How the packet begins that says that all is ready; absent: the upgrade says it. */
  readyPacket?: string;
}

const PONG = clientFrame('3');
const WS_PONG = 0x8a;
const OPCODE = 15;
const PING = 9;

/** @param okAnswer how the answer to a call begins that went well */
export function speakWebSocket(handshake: WebSocketHandshake, line: Line, okAnswer: string): Speech {
  const { connectPacket, readyPacket = '' } = handshake;
  let head = '';

  const answer = (text: string) => {
    const begin = text.indexOf('[');
    const isOk = text.startsWith(okAnswer, begin);
    line.answered(Number(text.slice(2, begin)), isOk ? undefined : text);
  };

  return {
    framing: WEBSOCKET,
    begin: () => line.send(upgrade(handshake)),
    head(buffer, length) {
      const before = head.length;
      head += buffer.toString('latin1', 0, length);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return -1;
      if (!head.startsWith('HTTP/1.1 101')) {
        line.fail(`closed: ${head}`);
        return -1;
      }
      if (!readyPacket) line.ready();
      return end + 4 - before;
    },
    other(bytes, from, to) {
      if (((bytes[from - 2] as number) & OPCODE) === PING && to - from === 0) {
        line.send(clientFrame('', WS_PONG));
        return;
      }
      switch (bytes.toString('latin1', from, Math.min(to, from + 1))) {
        case '0':
          if (connectPacket) line.send(clientFrame(connectPacket));
          return;
        case '2':
          line.send(PONG);
          return;
        case '4': {
          const text = bytes.toString('latin1', from, Math.min(to, from + 80));
          if (readyPacket && text.startsWith(readyPacket)) line.ready();
          else if (text.startsWith('43')) answer(text);
          else if (text.startsWith('44')) line.fail(bytes.toString('latin1', from, to));
        }
      }
    },
  };
}

function upgrade({ port, path, headers = {} }: WebSocketHandshake): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join('')}` +
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  );
}
