import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { inputOf, LONG_MARK, plainInputs } from './password-form';

const BCRYPT_HASH = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** bcrypt, in libuv's threads: the event loop goes on meanwhile. */
@Injectable()
export class Passwords {
  private readonly rounds: number;
  /** Compared against where there is no user, so that time does not tell whether a name exists. */
  private readonly nobody: Promise<string>;

  constructor(@Inject(CONFIG) config: Config) {
    this.rounds = config.BCRYPT_ROUNDS;
    this.nobody = bcrypt.hash('nobody', this.rounds);
  }

  /** A hash of a password of any length. */
  async hash(password: string): Promise<string> {
    const { text, mark } = inputOf(password);
    return mark + (await bcrypt.hash(text, this.rounds));
  }

  /** Whether the password is the hash's; false, after the same time, without a hash or with one of another length's kind. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const isLong = hash?.startsWith(LONG_MARK) ?? false;
    // PHP's bcrypt calls `2y` what this one calls `2b`.
    const known = hash?.slice(isLong ? LONG_MARK.length : 0).replace(/^\$2y\$/, '$2b$') ?? '';
    const input = inputOf(password);
    const asked = isLong ? (input.mark ? [input.text] : []) : plainInputs(password);
    // As many as for any hash: the time tells nothing but what was typed.
    const tries = Math.max(1, plainInputs(password).length);
    const isHash = BCRYPT_HASH.test(known);
    for (let i = 0; i < tries; i++) {
      const text = asked[i];
      const answerable = isHash && text !== undefined;
      const same = await bcrypt.compare(text ?? input.text, answerable ? known : await this.nobody);
      if (same && answerable) return true;
    }
    return false;
  }
}
