import type { Presence } from '@app/contracts';
import type { NameOf } from '../../lib/chat';

const byName = new Intl.Collator(undefined, { numeric: true });

/**
 * Splits people into those online and the others, each by name.
 * @param people as far as they are loaded; what they say of presence may be old
 * @param online ids of who is online now, whether loaded or not
 * @param nameOf gives names of those who are not loaded; without a name somebody is left out
 */
export function sortPeople(
  people: readonly Presence[],
  online: ReadonlySet<string>,
  nameOf: NameOf,
): { online: Presence[]; offline: Presence[] } {
  const known = new Map(people.map((person) => [person.id, person]));
  const here: Presence[] = [];
  for (const id of online) {
    const username = known.get(id)?.username ?? nameOf(id) ?? undefined;
    if (username !== undefined) here.push({ id, username, online: true });
  }
  const away = [...known.values()]
    .filter((person) => !online.has(person.id))
    .map((person) => ({ ...person, online: false }));
  const sort = (list: Presence[]) => list.sort((a, b) => byName.compare(a.username, b.username));
  return { online: sort(here), offline: sort(away) };
}
