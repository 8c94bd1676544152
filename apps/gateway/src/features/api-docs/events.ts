import type { ClientEvents, ServerEvents } from '@app/contracts';
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

/** Every event of `ClientEvents`. */
export const CALLS: Record<keyof ClientEvents, Call> = {
  message: {
    summary: 'Send a message',
    description:
      'Acknowledged once it is stored and announced. Without an answer the outcome is unknown: send again, with the ' +
      "same `clientId`, before anything later to the same room. (The demo's form, without `clientId`, is taken too.)",
    payload: 'SendRequest',
    answer: 'MessageAck',
  },
  'message.edit': {
    summary: 'Give an own message another text',
    description:
      'As `PATCH /api/messages/{messageId}`. A `conflict` comes with the message as it is. Everybody in the room hears `changed`.',
    payload: 'EditRequest',
    answer: 'EditAck',
  },
  'message.delete': {
    summary: 'Take the text of an own message away',
    description: 'As `DELETE /api/messages/{messageId}`. Everybody in the room hears `changed`.',
    payload: 'DeleteRequest',
    answer: 'MessageAck',
  },
  'room.join': {
    summary: "Whether a room is the caller's to hear",
    description: 'It is heard without asking.',
    payload: 'RoomId',
    answer: 'JoinAck',
  },
  sync: {
    summary: 'What was missed since positions',
    description: 'Ask it on `hello`, on `resync` and when a `seq` or `rev` is skipped.',
    payload: 'SyncRequest',
    answer: 'SyncAck',
  },
  'room.read': {
    summary: 'Mark a room as read up to a place',
    description:
      "The mark only goes forward, and not past the room's newest message; the answer says where it is. When it moved, all " +
      'sockets of the user hear `room.read`. Coalesce: a busy room needs no call for each message.',
    payload: 'ReadRequest',
    answer: 'ReadAck',
  },
  typing: {
    summary: 'The user is writing in a room',
    description:
      'Others there hear `typing`. Nothing is stored, and nobody is told when it ends: while one writes, say it again every ' +
      'few seconds, no more often.',
    payload: 'TypingRequest',
    answer: 'TypingAck',
  },
  online: {
    summary: 'Who is online',
    description: 'In step with the news on this socket, which a list fetched elsewhere is not: ask it on `hello`.',
    payload: 'OnlineRequest',
    answer: 'OnlineAck',
  },
};

/** Every event of `ServerEvents`. */
export const HEARD: Record<keyof ServerEvents, Heard> = {
  hello: {
    summary: 'The socket hears all its rooms from here on',
    description: 'Ask `sync` now: what came before may be missing.',
    payload: 'Hello',
  },
  message: {
    summary: "A message in one of the caller's rooms",
    description: 'The sender hears its own too, perhaps before the acknowledgement: match it by `clientId`.',
    payload: 'Message',
  },
  changed: {
    summary: "A message in one of the caller's rooms has another state",
    description:
      'For sockets that told `auth: {protocol: 1}` in the handshake. The whole message as it is now; of two states the one with ' +
      'the higher `rev` holds. A `rev` that is skipped means that something was missed: `sync`.',
    payload: 'Changed',
  },
  'show.room': {
    summary: 'A private room got its first message',
    description: 'It comes before that message.',
    payload: 'ShownRoom',
  },
  'room.read': {
    summary: 'The user has read on, here or elsewhere',
    description: "For sockets that told `auth: {protocol: 1}` in the handshake: the user's, the caller's own included.",
    payload: 'ReadMark',
  },
  'rooms.stale': {
    summary: 'A `room.read` may have been missed: fetch the list of rooms',
    description: 'For sockets that told `auth: {protocol: 1}` in the handshake.',
    payload: 'StaleRooms',
  },
  typing: {
    summary: "Somebody else is writing in one of the caller's rooms",
    description:
      'For sockets that told `auth: {protocol: 1}` in the handshake. Forget it after 5 s, or when a message of theirs comes.',
    payload: 'Typing',
  },
  presence: {
    summary: 'Who came and went lately, coalesced',
    description: 'For sockets that told `auth: {protocol: 1}` in the handshake.',
    payload: 'PresenceList',
  },
  'presence.stale': {
    summary: 'A crowd came or went: ask `online`',
    description:
      'In place of `presence`, when that would be long. For sockets that told `auth: {protocol: 1}` in the handshake.',
    payload: 'StalePresence',
  },
  'user.connected': {
    summary: 'Somebody came online',
    description: "In place of `presence`, for sockets that told no protocol, as the demo's.",
    payload: 'Presence',
  },
  'user.disconnected': {
    summary: 'Somebody went offline',
    description: "In place of `presence`, for sockets that told no protocol, as the demo's.",
    payload: 'Presence',
  },
  resync: {
    summary: 'Something may have been missed: `sync`',
    payload: 'Resync',
  },
  'session.ended': {
    summary: 'The session was signed out or is over; the socket closes',
  },
};
