import { type CallDoc, CALLS as DEFINED, EVENTS, type EventName, type SocketCall } from '@app/contracts';
import type { AnswerName, RequestName } from './schemas';

/** What a client calls, and how it is acknowledged. */
export interface Call {
  summary: string;
  description?: string;
  payload: RequestName;
  answer: AnswerName;
}

/** What a client hears. */
export interface Heard {
  summary: string;
  description?: string;
  /** None: the event says it all. */
  payload?: AnswerName;
}

const CALL_NAMES: Record<SocketCall, [RequestName, AnswerName]> = {
  message: ['SendRequest', 'MessageAck'],
  'message.edit': ['EditRequest', 'EditAck'],
  'message.delete': ['DeleteRequest', 'MessageAck'],
  'room.join': ['RoomId', 'JoinAck'],
  sync: ['SyncRequest', 'SyncAck'],
  'room.read': ['ReadRequest', 'ReadAck'],
  typing: ['TypingRequest', 'TypingAck'],
  online: ['OnlineRequest', 'OnlineAck'],
};

/** Every call of a socket. */
export const CALLS = Object.fromEntries(
  Object.entries(CALL_NAMES).map(([name, [payload, answer]]) => {
    const doc: CallDoc = DEFINED[name as SocketCall].doc;
    const description = doc.socket ?? doc.description;
    return [name, { summary: doc.summary, ...(description && { description }), payload, answer }];
  }),
) as Record<SocketCall, Call>;

const PAYLOADS: Record<EventName, AnswerName | undefined> = {
  hello: 'Hello',
  message: 'Message',
  changed: 'Changed',
  'show.room': 'ShownRoom',
  'room.read': 'ReadMark',
  'rooms.stale': 'StaleRooms',
  typing: 'Typing',
  presence: 'PresenceList',
  'presence.stale': 'StalePresence',
  'user.connected': 'Presence',
  'user.disconnected': 'Presence',
  resync: 'Resync',
  'session.ended': undefined,
};

/** Every event that a client hears. */
export const HEARD = Object.fromEntries(
  Object.entries(PAYLOADS).map(([name, payload]) => {
    const { doc, ...more }: { doc: { summary: string; description?: string }; since?: number; legacy?: true } =
      EVENTS[name as EventName];
    const whose = more.since
      ? `For sockets that told \`auth: {protocol: ${more.since}}\` in the handshake.`
      : more.legacy && "For sockets that told no protocol, as the demo's.";
    const description = [whose, doc.description].filter(Boolean).join(' ');
    return [name, { summary: doc.summary, ...(description && { description }), ...(payload && { payload }) }];
  }),
) as Record<EventName, Heard>;
