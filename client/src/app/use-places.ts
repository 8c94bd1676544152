import { useEffect } from 'react';
import { sortPeople } from '../features/presence/sort-people';
import { usePeople } from '../features/presence/use-people';
import { useChat, useNames, useOnline, usePresenceKnown, useRooms } from '../lib/chat';
import { otherUser, roomName } from '../lib/rooms';
import { find } from '../lib/search';

/** Where one can go: a room of one's own, or the private conversation with somebody, which need not exist yet. */
export interface Place {
  /** Unique among places. */
  key: string;
  name: string;
  /** Undefined: it is made when one goes there. */
  roomId?: string;
  /** The other one, for a private conversation. */
  userId?: string;
  /** Left out where presence says nothing. */
  online?: boolean;
  unread: number;
}

/** As many people as anybody would look through. */
const ENOUGH = 20;

/**
 * Finds rooms and people by name. People are loaded as far as it takes.
 * @param query without one the rooms with something unread come first
 * @param kind `people`: everybody one can write to, whether there is a conversation or not
 */
export function usePlaces(query: string, kind: 'all' | 'people') {
  const chat = useChat();
  const rooms = useRooms();
  const nameOf = useNames();
  const online = useOnline();
  const isKnown = usePresenceKnown();
  const { people, more, loading, problem, loadMore } = usePeople();
  const me = chat.user.id;

  const mine = rooms.map((room): Place => {
    const userId = otherUser(room.id, me);
    return {
      key: `room-${room.id}`,
      name: roomName(room.id, room, me, nameOf),
      roomId: room.id,
      unread: room.unread,
      ...(userId !== undefined && { userId, ...(isKnown && { online: online.has(userId) }) }),
    };
  });
  const known = new Set([me, ...(kind === 'all' ? mine.map((place) => place.userId) : [])]);
  const sorted = sortPeople(people, online, nameOf);
  const others = [...sorted.online, ...sorted.offline]
    .filter((person) => !known.has(person.id))
    .map(
      ({ id, username, online }): Place => ({
        key: `user-${id}`,
        name: username,
        userId: id,
        ...(isKnown && { online }),
        unread: 0,
      }),
    );

  const found = {
    rooms: kind === 'all' ? find(query === '' ? mine.toSorted(byUnread) : mine, query, (place) => place.name) : [],
    people: find(others, query, (place) => place.name).slice(0, ENOUGH),
  };

  const wanting = query !== '' && found.people.length < ENOUGH && more && !loading && problem === undefined;
  useEffect(() => {
    if (wanting) loadMore();
  });

  return { ...found, looking: loading, problem };
}

const byUnread = (a: Place, b: Place) => Number(b.unread > 0) - Number(a.unread > 0);
