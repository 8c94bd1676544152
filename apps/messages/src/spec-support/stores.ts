import {
  type Changed,
  type Message,
  messageSchema,
  newsEnvelopeSchema,
  type Page,
  pageSchema,
  revOf,
  type ShownRoom,
  type SyncedRoom,
  syncedRoomSchema,
  WORK,
} from '@app/contracts';
import { channelsOf, type Redis } from '@app/redis';
import { loadConfig } from '@app/service';
import { heardAll, startRedis, type TestRedis, until } from '@app/testing';
import { ChangesStore } from '../changes.store';
import { HistoryStore } from '../history.store';
import { MessagesStore, type NewMessage } from '../messages.store';
import { Spending } from '../spending';

/** Stores one message. @throws what it is refused with */
export async function appendOne(
  store: MessagesStore,
  message: NewMessage,
  show?: ShownRoom,
): Promise<{ message: Message; unlisted: boolean } | 'names'> {
  const [outcome] = await store.append(message.roomId, [message], { show });
  if (outcome === undefined || outcome instanceof Error) throw outcome;
  return outcome === 'names' ? outcome : { ...outcome, message: messageSchema.parse(JSON.parse(outcome.json)) };
}

/** A Redis of its own for a spec file, with the stores of this service on it. */
export class Stores {
  readonly store: MessagesStore;
  readonly changes: ChangesStore;
  readonly history: HistoryStore;
  private count = 0;

  private constructor(
    readonly server: TestRedis,
    readonly redis: Redis,
    env: NodeJS.ProcessEnv,
  ) {
    const config = loadConfig({ MESSAGES_PER_WINDOW: '1000000', STORED_BYTES_PER_DAY: '0', ...env });
    const spending = new Spending(redis, config);
    this.store = new MessagesStore(redis, config, spending);
    this.changes = new ChangesStore(redis, config, spending);
    this.history = new HistoryStore(redis, config);
  }

  static async start(env: NodeJS.ProcessEnv = {}): Promise<Stores> {
    const server = await startRedis();
    return new Stores(server, await server.connect('commands'), env);
  }

  /** On the same Redis, with other settings. */
  with(env: NodeJS.ProcessEnv): Stores {
    return new Stores(this.server, this.redis, env);
  }

  async stop(): Promise<void> {
    this.redis.disconnect();
    await this.server.stop();
  }

  async send(roomId: string, message: string, userId = '1', clientId = `client-${++this.count}`): Promise<Message> {
    const sent = { userId, roomId, message, clientId };
    const appended = await appendOne(this.store, sent, { id: roomId, names: [] });
    if (appended === 'names') throw new Error('not stored');
    return appended.message;
  }

  edit(message: Message, text: string, userId = message.from, ifRev = revOf(message)) {
    return this.changes.edit(userId, message.id, text, ifRev);
  }

  async edited(message: Message, text: string): Promise<Message> {
    return (await this.edit(message, text)).message;
  }

  remove(message: Message, userId = message.from): Promise<Message> {
    return this.changes.delete(userId, message.id);
  }

  async pageOf(roomId: string, limit = 1000) {
    return this.page(roomId, {}, limit);
  }

  /** As `HistoryStore` answers it, parsed by the contract. */
  async page(...asked: Parameters<HistoryStore['page']>): Promise<Page> {
    return pageSchema.parse(JSON.parse((await this.history.page(...asked)).text));
  }

  async sync(...asked: Parameters<HistoryStore['sync']>): Promise<SyncedRoom[]> {
    return (await this.history.sync(...asked)).map((room) => syncedRoomSchema.parse(JSON.parse(room)));
  }

  async slice(...asked: Parameters<HistoryStore['slice']>): Promise<Message[]> {
    return WORK['messages.slice'].reply.parse(JSON.parse((await this.history.slice(...asked)).text)).messages;
  }

  async allOf(roomId: string): Promise<Message[]> {
    return (await this.pageOf(roomId)).messages;
  }

  async get(userId: string, id: string): Promise<Message> {
    return JSON.parse((await this.history.get(userId, id)).text);
  }

  /** The changes announced while something is done. */
  async announcedDuring(act: () => Promise<unknown>, n: number): Promise<Changed[]> {
    const subscriber = await this.server.connect('subscriber');
    const announced: Changed[] = [];
    await subscriber.subscribe(channelsOf(this.redis).news);
    // What was said before, which may come late on a Cluster, is none of it.
    await heardAll(subscriber, this.redis, channelsOf(this.redis).news);
    subscriber.on('message', (_channel, payload) => {
      const news = newsEnvelopeSchema.parse(JSON.parse(payload));
      if (news.type === 'changed') announced.push(news.data);
    });
    await act();
    await until(() => announced.length >= n, `${n} changes announced`);
    subscriber.disconnect();
    return announced;
  }
}

export const refusedAs = (code: string) => expect.objectContaining({ code });
