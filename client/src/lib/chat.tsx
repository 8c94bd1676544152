import type { ChatClient, ChatClientEvents, ConnectionState, Entry, RoomListItem, RoomView } from '@app/client';
import type { Message } from '@app/contracts';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
  useSyncExternalStore,
} from 'react';
import { RenderThrottle } from './render-throttle';

/** The chat client as components use it. */
export type Chat = ChatClient;

const ChatContext = createContext<Chat | null>(null);
const ThrottleContext = createContext(new RenderThrottle());

export function ChatProvider({ chat, children }: { chat: Chat; children: ReactNode }) {
  const [throttle] = useState(() => new RenderThrottle());
  return (
    <ChatContext value={chat}>
      <ThrottleContext value={throttle}>{children}</ThrottleContext>
    </ChatContext>
  );
}

/** The signed-in user's chat. Only inside a ChatProvider. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (chat === null) throw new Error('useChat outside of a ChatProvider');
  return chat;
}

/** Renders again on an event; `read` must give the same value as long as nothing changed. */
export function useSnapshot<T>(event: keyof ChatClientEvents, read: (chat: Chat) => T): T {
  const chat = useChat();
  const { schedule } = useContext(ThrottleContext);
  const subscribe = useCallback(
    (changed: () => void) => chat.on(event, () => schedule(changed)),
    [chat, event, schedule],
  );
  return useSyncExternalStore(subscribe, () => read(chat));
}

export const useConnection = (): ConnectionState => useSnapshot('state', (chat) => chat.state);
/** Whether the server is not understood any more. */
export const useOutdated = (): boolean => useSnapshot('outdated', (chat) => chat.outdated);
export const useRooms = (): readonly RoomListItem[] => useSnapshot('rooms', (chat) => chat.rooms);
export const useOnline = (): ReadonlySet<string> => useSnapshot('presence', (chat) => chat.online);

/** Whether what is known of who is online can be relied on: without a connection people come and go unheard. */
export function usePresenceKnown(): boolean {
  const state = useConnection();
  return state.status === 'online' && !state.unsure;
}

/** A room's lines as far as they are loaded. */
export const useView = (roomId: string): RoomView => useSnapshot('view', (chat) => chat.view(roomId));

/** How many of one's own messages, in all rooms, wait to be sent. */
export const useWaiting = (): number => useSnapshot('view', (chat) => chat.waiting);

/** A room as the list has it. */
export const useRoom = (roomId: string): RoomListItem | undefined =>
  useSnapshot('rooms', (chat) => chat.rooms.find(({ id }) => id === roomId));

/** One's own message in a room that the server does not have, if there is one. */
export const useUnsent = (roomId: string): Entry | undefined => useSnapshot('view', (chat) => chat.unsentIn(roomId));

/** Whether the list of rooms is here: until then nothing is known of what was read. */
export const useListed = (): boolean => useSnapshot('rooms', (chat) => chat.listed);

/** Whether what is shown is but what this device has kept. */
export const useFromDevice = (): boolean => useSnapshot('rooms', (chat) => chat.isFromDevice);

/** A user's name by id; `null` where nobody is called so, `undefined` while that is looked up. */
export type NameOf = (userId: string) => string | null | undefined;

/** Gives names of users; a new function whenever a name became known. */
export function useNames(): NameOf {
  const chat = useChat();
  const [names, setNames] = useState(() => (userId: string) => chat.nameOf(userId));
  useEffect(() => chat.on('names', () => setNames(() => (userId: string) => chat.nameOf(userId))), [chat]);
  return names;
}

/** Calls `listener` for each message that newly became part of a room, one's own included. */
export function useNewMessages(listener: (message: Message) => void): void {
  const chat = useChat();
  const { schedule } = useContext(ThrottleContext);
  const heard = useEffectEvent(listener);
  useEffect(() => chat.on('message', (message) => schedule(() => heard(message))), [chat, schedule]);
}

/** Calls `listener` for each stored message that has another state, and for each tombstone that is loaded. */
export function useChangedMessages(listener: (message: Message) => void): void {
  const chat = useChat();
  const { schedule } = useContext(ThrottleContext);
  const heard = useEffectEvent(listener);
  useEffect(() => chat.on('changed', (message) => schedule(() => heard(message))), [chat, schedule]);
}
