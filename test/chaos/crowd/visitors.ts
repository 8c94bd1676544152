import { ChatApi } from '@app/client';
import { ChatError, type ErrorCode } from '@app/contracts';
import type { Random } from '../random';
import { type Account, PASSWORD } from './account';

/** What may be answered while something is broken. */
const PASSING: readonly ErrorCode[] = ['unavailable', 'overloaded', 'rate_limited', 'internal'];

/** People who sign in once more and look around: what they are told may be late, never wrong. */
export class Visitors {
  succeeded = 0;
  failed = 0;
  /** Answers that were wrong. */
  readonly wrong: string[] = [];

  constructor(
    private readonly url: string,
    private readonly accounts: readonly Account[],
  ) {}

  /** Signs in as somebody and reads their room list. Never fails. */
  async visit(random: Random): Promise<void> {
    const { user, fetch } = random.pick(this.accounts);
    try {
      const found = await new ChatApi({ url: this.url }).signIn(user.username, PASSWORD);
      if (found.id !== user.id) this.wrong.push(`user ${user.id} was signed in as ${found.id}`);
      const rooms = await new ChatApi({ url: this.url, fetch }).rooms();
      if (!rooms.some(({ kind }) => kind === 'general')) this.wrong.push(`user ${user.id} has no General`);
      this.succeeded += 1;
    } catch (error) {
      this.failed += 1;
      const code = error instanceof ChatError ? error.code : 'no ChatError';
      if (!PASSING.some((passing) => passing === code)) this.wrong.push(`user ${user.id} was told ${code}`);
    }
  }
}
