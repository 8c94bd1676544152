const MESSAGE_TEXT = 'Text, shown as text. The server bounds it further (`maxMessageLength`).';
const CLIENT_ID = "The sender's own name of the message: repeating it within 24 hours stores nothing new.";
const EPOCH = 'Names the database; another one than before makes every known position worthless.';
const POSITION = {
  seq: 'Everything up to here is known; 0: nothing.',
  id: 'The id of the message with that `seq`; empty with 0.',
  rev: "The room's clock up to which changes are known; 0, or less than `seq`: as `seq`.",
};
const IF_REV = 'The `rev` of the message as the caller saw it; without one its `seq`.';
const READ = 'Everything in the room up to here is read.';
const MARK = 'Where the mark stands now.';
const SYNC_ANSWER = { epoch: EPOCH, rooms: 'One for each position asked about.' };

/** What fields mean, by schema and field; the schema itself under an empty name. The forms are the contracts'. */
export const FIELDS: Record<string, Record<string, string>> = {
  Registration: {
    username: '1 to 32 visible characters; stored trimmed and in NFC.',
    password: '8 to 256 characters (code points), none of the common ones.',
  },
  ChangePassword: { password: 'The present one.', newPassword: '8 to 256 characters, none of the common ones.' },
  OpenRoom: { userId: 'Whom to talk to.' },
  PostMessage: { message: MESSAGE_TEXT, clientId: `${CLIENT_ID} Left out: every call stores one.` },
  KnownPosition: POSITION,
  SyncRequest: { epoch: 'The one the positions were learned under.', positions: 'One for each room.' },
  SendRequest: { message: MESSAGE_TEXT, clientId: CLIENT_ID },
  RoomId: {
    '': '`0` is General; `a:b` (two user ids, ascending) a private room; any other number a named room.',
  },
  Error: {
    code: 'What went wrong, for programs.',
    message: 'What went wrong, for people.',
    retryAfterMs: 'When asking again makes sense.',
  },
  Presence: { online: 'Somebody is online while any socket of theirs on any gateway is.' },
  Message: {
    '': 'Order by `date`, then `id`.',
    id: 'Unique over all rooms.',
    seq: "The message's place in its room, without holes from 1. Missing: written by a server of the demo.",
    from: "The sender's user id.",
    date: "The server's time in Unix seconds, with microseconds.",
    clientId: "The sender's own name of it.",
    rev: "The room's clock when it got its present state; missing: as `seq`. The state with the higher one holds.",
    edited: 'When its text was changed last, as `date`.',
    deleted: 'Its text is gone (`message` is empty): by whom, and when.',
  },
  EditRequest: { id: 'Of the message.', message: MESSAGE_TEXT, ifRev: IF_REV },
  EditBody: { message: MESSAGE_TEXT, ifRev: IF_REV },
  DeleteRequest: { id: 'Of the message.' },
  EditAck: { message: 'The message as it is: also with a `conflict`.' },
  Conflict: { current: 'The message as it is.' },
  Changed: {
    rev: "The room's clock, the one before and 1: a gap means that something was missed.",
    entity: 'What changed: `m{seq}:{date in µs}` is a message.',
    message: 'The whole of it, as it is now.',
  },
  Position: { '': 'Where somebody stands in a room.', ...POSITION },
  Page: {
    epoch: EPOCH,
    messages: 'Oldest first.',
    before: 'Cursor of the next older page; `null`: this is the beginning.',
    after: 'Cursor of the next newer page; `null`: this was the end.',
    head: "The room's position when the page was read; messages beyond it may be on the page.",
    found:
      'With `around` alone: whether that message is there. `false`: the page is around what is nearest to its place.',
  },
  RoomSummary: {
    names: "A named room's name; both user names of a private one, in the order of its id.",
    userIds: 'The two users of a private room.',
    seq: 'Of the newest message; 0: there is none with a place of its own.',
    read: 'The caller has read up to here: messages beyond it, other than own ones, are unread.',
    gone: 'So many of the messages beyond `read` are deleted, and not unread.',
  },
  RoomsBody: { next: 'There are more: pass it as `after`.' },
  OnlineRequest: { after: "An answer's `next`: those that follow." },
  OnlineAck: { next: 'There are more: ask again with it as `after`.' },
  ShownRoom: { names: "A named room's name, or the two users'." },
  SyncedRoom: {
    '': '`reset`: drop what is known of the room and load its newest page.',
    messages: 'What was missed, oldest first, each as it is now.',
    changed: 'What of the known messages changed, as it is now, in the order of `rev`.',
    upTo: 'The new position: nothing at or below it is missing any more.',
    more: 'There is more: ask again from `upTo`.',
  },
  SyncAnswer: SYNC_ANSWER,
  SyncAck: SYNC_ANSWER,
  SessionBody: { user: 'Who is signed in; `null`: nobody.' },
  Device: {
    '': 'What somebody signed in with, as far as its `User-Agent` says.',
    browser: 'Also the name of a program that is no browser.',
  },
  ListedSession: {
    id: 'Names the session without giving it away.',
    current: 'The session that asks.',
    createdAt: 'When it was signed in, in Unix milliseconds.',
    lastUsedAt: 'In Unix milliseconds.',
  },
  UsersBody: { next: 'Pass it as `after` for the next ones; `null`: these were the last.' },
  Settings: {
    registration:
      '`open`: everybody may register; `closed`: nobody; `first`: the first user of an empty database alone.',
    demoUsers: "The demo's people, offered at sign-in; empty without demo data.",
    maxMessageLength: 'In characters (code points).',
  },
  Hello: {
    serverId: "The gateway's, another one after each of its restarts.",
    maxMessageLength: 'In characters (code points).',
    editWindowMs: 'For so long after it was stored a message may be edited; 0: for ever.',
  },
  ReadRequest: { seq: READ },
  ReadBody: { seq: READ },
  ReadMark: { seq: READ },
  ReadAnswer: { seq: MARK },
  ReadAck: { seq: MARK },
  Typing: { userId: 'Who writes; never the user of the socket.' },
  StaleRooms: { spreadMs: 'Fetch `/api/rooms` after a random part of that time.' },
  StalePresence: { spreadMs: 'Ask `online` after a random part of that time.' },
  Resync: { spreadMs: 'Ask `sync` after a random part of that time.' },
  Unhealthy: { missing: 'What is not ready; in production it is told on the port of the metrics alone.' },
};
