import { type User, userIdSchema } from '@app/contracts';

/** What JSON adds to a user's id and name. */
const AROUND_BYTES = 40;

/** Ids of users by their number, those after one. */
export function following(ids: Iterable<string>, after: string = '0'): string[] {
  const from = Number(after);
  const numbers: number[] = [];
  for (const id of ids) {
    const number = Number(id);
    // `online_users` holds whatever a demo server's clients called themselves.
    if (number > from && userIdSchema.safeParse(id).success) numbers.push(number);
  }
  return Array.from(Float64Array.from(numbers).sort(), String);
}

/** As many of these users as an answer may hold, one at least. @returns `next`: the last of them, when it is not all */
export function boundedUsers<T extends User>(users: readonly T[], bytes: number): { users: T[]; next?: string } {
  let left = bytes;
  for (const [i, { id, username }] of users.entries()) {
    left -= AROUND_BYTES + id.length + Buffer.byteLength(username);
    if (left < 0 && i > 0) {
      const some = users.slice(0, i);
      return { users: some, next: some.at(-1)?.id ?? '' };
    }
  }
  return { users: [...users] };
}
