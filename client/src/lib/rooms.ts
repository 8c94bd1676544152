import { directUsers, GENERAL, type RoomSummary } from '@app/contracts';
import type { NameOf } from './chat';
import { texts } from './texts';

/** Rooms as the list shows them: those for everybody first, then private conversations, each in the order given. */
export function inListOrder<R extends RoomSummary>(rooms: readonly R[]): { open: R[]; direct: R[]; all: R[] } {
  const open = rooms.filter((room) => room.kind !== 'direct');
  const direct = rooms.filter((room) => room.kind === 'direct');
  return { open, direct, all: [...open, ...direct] };
}

/** The other user's id of one's own direct room; undefined for any other room. */
export function otherUser(roomId: string, me: string): string | undefined {
  const users = directUsers(roomId);
  return users?.includes(me) ? users.find((id) => id !== me) : undefined;
}

/**
 * What a room is called for one of its members: the other's name for a direct room.
 * @param room as the list has it; undefined when the room is not in it
 * @param nameOf gives names of users by id
 */
export function roomName(roomId: string, room: RoomSummary | undefined, me: string, nameOf: NameOf): string {
  const other = otherUser(roomId, me);
  if (other === undefined) return room?.names[0] ?? (roomId === GENERAL ? 'General' : texts().rooms.unnamedRoom);
  return nameOf(other) ?? room?.names[room.userIds?.indexOf(other) ?? -1] ?? texts().rooms.unnamedDirect;
}
