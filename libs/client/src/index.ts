export {
  ChatError,
  type Device,
  directRoomId,
  type ErrorBody,
  type ErrorCode,
  GENERAL,
  type ListedSession,
  type Message,
  type Page,
  type Presence,
  type RoomKind,
  type RoomSummary,
  roomKind,
  type Settings,
  type ShownRoom,
  type User,
  type UsersBody,
} from '@app/contracts';
export { ChatApi } from './api';
export { ChatClient } from './chat-client';
export type { ChatClientEvents } from './features';
export { type Forget, forgetAtSignOut, forgetKept, removeOthers } from './kept';
export type { KeptChat, KeptHistory, KeptList } from './kept-chat';
export { createBrowserOutbox, createMemoryOutbox, unsentInBrowser } from './outbox-store';
export { CookieJar, signIn } from './sign-in';
export * from './types';
