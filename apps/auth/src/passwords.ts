import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';

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

  /** @param password at most 72 bytes */
  hash(password: string): Promise<string> {
    return bcrypt.hash(password, this.rounds);
  }

  /** Whether the password is the hash's; false, after the same time, without a hash. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    // PHP's bcrypt calls `2y` what this one calls `2b`.
    const known = hash?.replace(/^\$2y\$/, '$2b$') ?? (await this.nobody);
    const same = await bcrypt.compare(password, known);
    return same && hash !== undefined;
  }
}
