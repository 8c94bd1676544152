import { atEndOfTurn, channelsOf, keys, type Redis } from '@app/redis';
import type { Entry, EntrySource } from './entry';
import { GROUP, isTextReply, replyPayload, type WireRequest } from './wire';

/** A request that could not be handled, to be stored in `work:dead`. */
export interface NewDeadLetter {
  entry: Entry;
  request: WireRequest;
  failureReason: string;
  attempts: number;
  withoutData: boolean;
}

/**
 * Sends answers and removes finished entries: all of one tick in one write. What Redis did not confirm is kept and sent
 * again by `resume`; a repeated answer is ignored by its caller, a repeated XACK by Redis.
 */
export class Settler {
  private replies = new Map<string, string[]>();
  private done: Entry[] = [];
  private scheduled = false;
  private readonly sending = new Set<Promise<void>>();

  /** What a caller's channel begins and ends with. */
  private readonly before: string;
  private readonly after: string;

  constructor(
    private readonly redis: Redis,
    private readonly deadMax: number,
  ) {
    [this.before = '', this.after = ''] = channelsOf(redis).reply('*').split('*');
  }

  /**
   * @param channel of the caller; ignored unless it is a reply channel of this database
   * @param reply JSON of a WireReply
   */
  reply(channel: string, reply: string): void {
    if (!this.isCallers(channel)) return;
    const list = this.replies.get(channel);
    if (list) list.push(reply);
    else this.replies.set(channel, [reply]);
    this.schedule();
  }

  /** Whether it is a reply channel of this database. */
  isCallers(channel: string): boolean {
    return typeof channel === 'string' && channel.startsWith(this.before) && channel.endsWith(this.after);
  }

  /** All requests of the entry are finished. */
  finish(entry: Entry): void {
    this.done.push(entry);
    if (entry.whole) {
      entry.whole.open -= 1;
      if (entry.whole.open === 0) this.done.push(entry.whole);
    }
    this.schedule();
  }

  /**
   * Stores a request in `work:dead`.
   * @throws Error when Redis did not confirm it
   */
  async addDeadLetter({ entry, request, failureReason, attempts, withoutData }: NewDeadLetter): Promise<void> {
    const fields: (string | number)[] = ['stream', entry.source.stream, 'pattern', request.pattern];
    if (!withoutData) fields.push('data', JSON.stringify(request.data) ?? 'null');
    if (request.key !== undefined) fields.push('key', request.key);
    if (request.trace !== undefined) fields.push('trace', request.trace);
    if (request.actor !== undefined) fields.push('actor', JSON.stringify(request.actor));
    fields.push('error', failureReason, 'attempts', attempts, 'at', Math.floor(entry.at));
    await this.redis.xadd(keys.dead, 'MAXLEN', '~', this.deadMax, '*', ...fields);
  }

  /** Sends what is still to be sent; call it when Redis may be back. */
  resume(): void {
    if (this.replies.size > 0 || this.done.length > 0) this.schedule();
  }

  /** Resolves when everything was sent or failed once more. */
  async drain(): Promise<void> {
    this.flush();
    await Promise.all(this.sending);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    atEndOfTurn(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    if (this.replies.size === 0 && this.done.length === 0) return;
    const sending = this.send(this.replies, this.done).finally(() => this.sending.delete(sending));
    this.sending.add(sending);
    this.replies = new Map();
    this.done = [];
  }

  private async send(replies: Map<string, string[]>, done: Entry[]): Promise<void> {
    const commands = [...replies].flatMap(([channel, list]) => publications(channel, list));
    for (const [{ stream, hasGroup }, ids] of idsBySource(done)) {
      if (hasGroup) commands.push(['xack', stream, GROUP, ...ids]);
      commands.push(['xdel', stream, ...ids]);
    }
    try {
      await Promise.all(commands.map(([name = '', ...args]) => this.redis.call(name, ...args)));
      for (const entry of done) entry.source.release(entry);
    } catch {
      // Not scheduled: the next renewed lease shows that Redis is back.
      for (const [channel, list] of replies) this.replies.set(channel, [...list, ...(this.replies.get(channel) ?? [])]);
      this.done.unshift(...done);
    }
  }
}

function publications(channel: string, replies: readonly string[]): string[][] {
  const texts = replies.filter(isTextReply);
  const values = texts.length === 0 ? replies : replies.filter((reply) => !isTextReply(reply));
  const kinds = [
    { list: values, areTexts: false },
    { list: texts, areTexts: true },
  ];
  return kinds
    .filter(({ list }) => list.length > 0)
    .map(({ list, areTexts }) => ['publish', channel, replyPayload(list, areTexts)]);
}

function idsBySource(entries: readonly Entry[]): Map<EntrySource, string[]> {
  const ids = new Map<EntrySource, string[]>();
  for (const { source, id, whole } of entries) {
    if (whole) continue;
    const list = ids.get(source);
    if (list) list.push(id);
    else ids.set(source, [id]);
  }
  return ids;
}
