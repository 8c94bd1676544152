import type { Entry, RoomListItem } from '@app/client';
import type { Chat } from '../../lib/chat';

/** What of a room is not read: how many that are not deleted, between the mark and the newest. */
export type Unread = Pick<RoomListItem, 'read' | 'unread' | 'seq'>;

/** Pages that are looked through for the first unread message, where deleted ones follow on the mark. */
const MOST_PAGES = 20;

/** The index of the first message that others wrote after what was read; undefined: there is none. */
export function firstUnread(
  entries: readonly Entry[],
  { read, unread, seq: end }: Unread,
  me: string,
): number | 'further up' | undefined {
  let first: number | undefined;
  let newest = 0;
  let found = 0;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry?.seq === undefined) continue;
    newest ||= entry.seq;
    // Not the first one unless a read one, or the room's beginning, is known to be before it.
    if (entry.seq <= read) return first;
    if (entry.from !== me && !entry.deleted) first = index;
    if (entry.seq === read + 1) return first;
    if (entry.seq <= end && !entry.deleted) found++;
  }
  if (newest === 0) return undefined;
  // All of them are here: what is further up is deleted.
  return newest >= end && unread > 0 && found >= unread ? first : 'further up';
}

/** The place after what was read. */
export const placeOf = ({ id, read }: RoomListItem): string => `${id}-${read + 1}`;

/**
 * Shows the first unread message of a room, or what is at the mark where that is too far from it.
 * @returns the id of the message that is shown; undefined: something else was wanted meanwhile
 * @throws ChatError as `goTo`
 */
export async function goToUnread(chat: Chat, roomId: string): Promise<string | undefined> {
  const room = chat.rooms.find(({ id }) => id === roomId);
  if (!room) return undefined;
  const there = await chat.goTo(roomId, placeOf(room));
  if (there === undefined) return undefined;
  const { stretch } = chat.view(roomId);
  for (let page = 0; page < MOST_PAGES; page++) {
    const view = chat.view(roomId);
    if (view.stretch !== stretch) return undefined;
    const first = firstUnread(view.entries, room, chat.user.id);
    if (typeof first === 'number') return view.entries[first]?.id;
    if (!view.hasNewer) break;
    await chat.loadNewer(roomId);
  }
  return there;
}
