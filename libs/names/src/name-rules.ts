import { ChatError } from '@app/contracts';
import { isReserved } from './reserved';
import { isOfOneScript } from './scripts';

/**
 * Checks what the form of a name (`usernameSchema`) does not: one script a word, no name of the system's own.
 * @throws ChatError `invalid`, or `conflict` for a name that nobody may have
 */
export function requireGoodName(name: string): void {
  if (!name.normalize('NFKC').split(/\s+/u).every(isOfOneScript)) {
    throw new ChatError('invalid', 'username: must not mix scripts within a word');
  }
  if (isReserved(name)) throw new ChatError('conflict', 'This user name is reserved');
}
