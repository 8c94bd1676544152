import { ChatError } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';

/** As many as libuv has threads. */
const AT_ONCE = 4;
const RETRY_MS = 1000;

interface Job {
  start: () => void;
  refuse: (error: ChatError) => void;
  /** When it is too late for its caller. */
  until: number;
}

/**
 * The hashing of passwords, which keeps a core busy for long: so many wait, each client in a line of its own, and the lines
 * take turns. Who fills them is told `overloaded` at once; somebody else is served as if they were not there.
 */
@Injectable()
export class HashQueue {
  /** In the order of their turns. */
  private readonly lines = new Map<string, Job[]>();
  private waiting = 0;
  private running = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'HASH_QUEUE_MAX' | 'HASH_QUEUE_PER_CLIENT' | 'HASH_WAIT_MS'>,
  ) {}

  /**
   * Runs a job when it is its client's turn.
   * @throws ChatError `overloaded` when too much waits, or it would come too late
   */
  async run<T>(client: string, job: () => Promise<T>): Promise<T> {
    if (this.running < AT_ONCE && this.waiting === 0) this.running++;
    else await this.turn(client);
    try {
      return await job();
    } finally {
      this.running--;
      this.next();
    }
  }

  private turn(client: string): Promise<void> {
    const line = this.lines.get(client) ?? [];
    if (line.length >= this.config.HASH_QUEUE_PER_CLIENT) throw overloaded();
    if (this.waiting >= this.config.HASH_QUEUE_MAX) this.makeRoom(line.length);
    return new Promise((start, refuse) => {
      line.push({ start, refuse, until: Date.now() + this.config.HASH_WAIT_MS });
      this.lines.set(client, line);
      this.waiting++;
    });
  }

  /** The last of the longest line goes, if that is longer than the newcomer's would be. */
  private makeRoom(length: number): void {
    const longest = [...this.lines.values()].reduce((one, other) => (other.length > one.length ? other : one), []);
    if (longest.length <= length + 1) throw overloaded();
    this.waiting--;
    longest.pop()?.refuse(overloaded());
  }

  private next(): void {
    this.refuseLate();
    for (const [client, line] of this.lines) {
      if (this.running >= AT_ONCE) return;
      const job = line.shift();
      // The next turn of this client comes after all others'.
      this.lines.delete(client);
      if (line.length > 0) this.lines.set(client, line);
      if (!job) continue;
      this.waiting--;
      this.running++;
      job.start();
    }
  }

  /** Whoever waits too long hears of it before giving up, not when the turn comes. */
  private refuseLate(): void {
    const now = Date.now();
    for (const [client, line] of this.lines) {
      const inTime = line.findIndex(({ until }) => until >= now);
      const late = line.splice(0, inTime < 0 ? line.length : inTime);
      if (line.length === 0) this.lines.delete(client);
      this.waiting -= late.length;
      for (const { refuse } of late) refuse(overloaded());
    }
  }
}

const overloaded = () => new ChatError('overloaded', 'Too many people sign in at once; try again', RETRY_MS);
