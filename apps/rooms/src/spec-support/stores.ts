import type { Redis } from '@app/redis';
import { Directory } from '../directory';
import { MembersStore } from '../members.store';
import { NamedRoomsStore, type NewRoom } from '../named-rooms.store';
import { RoomsStore } from '../rooms.store';
import { Telling } from '../telling';

export const [ANN, BOB, CID] = ['Ann', 'Bob', 'Cid'].map((username, i) => ({ id: String(i + 1), username })) as [
  { id: string; username: string },
  { id: string; username: string },
  { id: string; username: string },
];

/** The stores of a replica. */
export function storesOf(redis: Redis, settings: { isCluster?: boolean; CHANGES_KEPT?: number } = {}) {
  const { isCluster = false, CHANGES_KEPT = 2000 } = settings;
  // What a Cluster keeps apart one server may keep together: but nothing is done to both at once.
  const connection: Redis = isCluster ? Object.create(redis, { isCluster: { value: true } }) : redis;
  const telling = new Telling(connection, { CHANGES_KEPT });
  const directory = new Directory(connection);
  const members = new MembersStore(connection, telling);
  return {
    directory,
    members,
    rooms: new NamedRoomsStore(connection, directory, members, telling),
    lists: new RoomsStore(connection),
  };
}

let keys = 0;
export const newRoom = (name: string, more: Partial<NewRoom> = {}): [NewRoom, string] => [
  { name, visibility: 'public', topic: '', purpose: '', posting: 'all', ...more },
  `creation-${++keys}`,
];
