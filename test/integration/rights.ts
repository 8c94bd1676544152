import type { CallName, WorkPattern } from '@app/contracts';

/** Who asks, in the order of the letters of each row. Of the last ones there is a socket and a session. */
export const ASKERS = ['anonymous', 'ended', 'registered', 'removed', 'banned', 'member', 'admin', 'owner'] as const;
export type Asker = (typeof ASKERS)[number];

/** What a letter says that the answer is. */
export const OUTCOMES: Readonly<Record<string, string>> = {
  '+': 'ok',
  u: 'unauthorized',
  f: 'forbidden',
  n: 'not_found',
  c: 'conflict',
};

/** A row: one letter an asker; of a shorter one the others are not asked (what they may is their own account's, and tested with it). */
export type Row = string | { private: string; public: string };

const ANYBODY = '++++++++';
const SIGNED_IN = 'uu++++++';
/** What is done in a room: read, written, heard. */
const MEMBERS = 'uufff+++';
/** What is done to a named room and to who is in it; nobody else knows of a private one. */
const VISITORS = { private: 'uunnn+++', public: 'uu++++++' };
const ADMINS = { private: 'uunnnf++', public: 'uuffff++' };
const OWNER = { private: 'uunnnff+', public: 'uufffff+' };

/** Who may call what, in a named room that somebody else made; of messages: one that somebody else wrote. */
export const CALL_RIGHTS: Readonly<Record<CallName, Row>> = {
  session: ANYBODY,
  'session.begin': '',
  'session.end': '',
  register: '',
  'password.change': 'uu',
  sessions: SIGNED_IN,
  'sessions.end': 'uu',
  'sessions.endAll': 'uu',
  settings: ANYBODY,
  users: SIGNED_IN,
  'users.online': SIGNED_IN,
  online: SIGNED_IN,
  rooms: SIGNED_IN,
  'room.open': SIGNED_IN,
  sync: SIGNED_IN,
  directory: SIGNED_IN,
  'room.create': SIGNED_IN,
  'room.join': MEMBERS,
  message: MEMBERS,
  'room.page': MEMBERS,
  'room.read': MEMBERS,
  typing: MEMBERS,
  'message.get': 'uunnn+++',
  'message.edit': 'uunnnfff',
  'message.delete': 'uunnnfff',
  room: VISITORS,
  members: VISITORS,
  'room.enter': { private: 'uunnn+++', public: 'uu++f+++' },
  'room.leave': 'uu+++++c',
  'member.add': { private: 'uunnn+++', public: 'uufff+++' },
  'room.update': ADMINS,
  'member.remove': ADMINS,
  'member.ban': ADMINS,
  'member.unban': ADMINS,
  bans: ADMINS,
  'room.visibility': OWNER,
  'room.archive': OWNER,
  'room.restore': OWNER,
  'room.owner': OWNER,
  'member.appoint': OWNER,
};

/** Only services and operators ask it: who is behind it was asked before, or it says nothing of rooms that one may not know. */
export const SERVICES_ALONE = 'services alone';

/** The call whose rights the work has, asked by whoever; or nobody but services asks it. */
export const WORK_RIGHTS: Readonly<Record<WorkPattern, CallName | typeof SERVICES_ALONE>> = {
  'auth.register': SERVICES_ALONE,
  'auth.verify': SERVICES_ALONE,
  'auth.registration': SERVICES_ALONE,
  'auth.identify': SERVICES_ALONE,
  'auth.credentials': SERVICES_ALONE,
  'auth.password': SERVICES_ALONE,
  'auth.add': SERVICES_ALONE,
  'auth.reset': SERVICES_ALONE,
  'auth.suspend': SERVICES_ALONE,
  'auth.account': SERVICES_ALONE,
  'auth.accounts': SERVICES_ALONE,
  'auth.disabled': SERVICES_ALONE,
  'auth.users': SERVICES_ALONE,
  'auth.list': SERVICES_ALONE,
  'rooms.memberships': SERVICES_ALONE,
  'rooms.left': SERVICES_ALONE,
  'rooms.repair': SERVICES_ALONE,
  'messages.begun': SERVICES_ALONE,
  'messages.heads': SERVICES_ALONE,
  'messages.missed': SERVICES_ALONE,
  'rooms.list': 'rooms',
  'rooms.shown': 'rooms',
  'rooms.open': 'room.open',
  'rooms.authorize': 'room.join',
  'rooms.read': 'room.read',
  'rooms.create': 'room.create',
  'rooms.directory': 'directory',
  'rooms.look': 'room',
  'rooms.update': 'room.update',
  'rooms.flip': 'room.visibility',
  'rooms.archive': 'room.archive',
  'rooms.restore': 'room.restore',
  'rooms.enter': 'room.enter',
  'rooms.leave': 'room.leave',
  'rooms.members': 'members',
  'rooms.add': 'member.add',
  'rooms.appoint': 'member.appoint',
  'rooms.remove': 'member.remove',
  'rooms.ban': 'member.ban',
  'rooms.unban': 'member.unban',
  'rooms.bans': 'bans',
  'rooms.hand': 'room.owner',
  'messages.append': 'message',
  'messages.edit': 'message.edit',
  'messages.delete': 'message.delete',
  'messages.get': 'message.get',
  'messages.page': 'room.page',
  'messages.slice': 'room.page',
  'messages.sync': 'sync',
};
