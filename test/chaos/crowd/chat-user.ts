import {
  type ChangeCommand,
  type ChatClient,
  createMemoryOutbox,
  type OutboxEntry,
  type OutboxStore,
} from '@app/client';
import type { Message } from '@app/contracts';
import type { Random } from '../random';
import { type ChangeMade, type ClientLog, type Heard, type Sent, type Shown, type Span, stateOf } from '../record';
import type { Account } from './account';
import type { ClientRelease } from './client-release';
import { loggingLink } from './logging-link';

const RETRY_MS = 1500;

/** Somebody with our own client, who writes down all that happens. */
export class ChatUser {
  readonly log: ClientLog;
  /** When it was not connected. */
  readonly offline: Span[] = [];
  readonly delays: number[] = [];
  private readonly sentByKey = new Map<string, Sent>();
  private readonly changes = new Map<string, ChangeMade>();
  private readonly stored = createMemoryOutbox();
  private client: ChatClient;
  private offlineSince: number | undefined;
  private count = 0;

  constructor(
    private readonly url: string,
    readonly account: Account,
    /** The rooms it is in. */
    readonly roomIds: readonly string[],
    private readonly release: ClientRelease,
  ) {
    this.log = {
      userId: account.user.id,
      kind: 'chat',
      sent: [],
      changed: [],
      heard: [],
      announced: [],
      views: undefined,
    };
    this.client = this.createClient();
  }

  get userId(): string {
    return this.account.user.id;
  }

  get isOnline(): boolean {
    return this.client.state.status === 'online';
  }

  get status(): string {
    return this.client.state.status;
  }

  /** Nothing waits to be stored. */
  get isSettled(): boolean {
    return this.stored.load().length === 0;
  }

  get online(): ReadonlySet<string> {
    return this.client.online;
  }

  start(): void {
    this.client.connect();
    // Refused or closed: the views show it at the end.
    for (const roomId of this.roomIds) this.client.open(roomId).catch(() => undefined);
  }

  send(roomId: string): void {
    this.count += 1;
    const { clientId } = this.client.send(roomId, `${this.count} of ${this.userId}`);
    this.note(clientId ?? '', roomId);
  }

  /** Edits or deletes one of its own messages that is stored, if it shows one. */
  change(roomId: string, random: Random): void {
    const own = this.client.view(roomId).entries.filter(({ from, id, seq, state, deleted, change }) => {
      return from === this.userId && id && seq && state === 'sent' && !deleted && !change;
    });
    const id = own.length > 0 && random.pick(own).id;
    if (!id) return;
    this.count += 1;
    if (random.chance(0.3)) this.client.delete(roomId, id);
    else this.client.edit(roomId, id, `${this.count} of ${this.userId}, edited`);
  }

  /** Closes the page and opens it again: what was not sent is still there. */
  reload(): void {
    this.client.disconnect();
    this.client = this.createClient();
    this.start();
  }

  /** Leaves for good. */
  leave(): void {
    this.client.disconnect();
    this.endOffline();
  }

  /** Loads all there is of every room. */
  async loadEverything(): Promise<void> {
    for (const roomId of this.roomIds) {
      while (this.client.view(roomId).loaded && this.client.view(roomId).hasOlder) await this.client.loadOlder(roomId);
    }
  }

  /** A room's messages as shown; own ones that are not stored by their client id. */
  shown(roomId: string): Shown[] {
    return this.client.view(roomId).entries.map((entry) => ({
      id: (entry.state === 'sent' && entry.id) || entry.key,
      state: stateOf(entry),
    }));
  }

  /** Completes the log with what it shows now. */
  noteEnd(): void {
    const others = [...new Set(this.log.heard.map(({ roomId }) => roomId))];
    const rooms = [...new Set([...this.roomIds, ...others])];
    this.log.views = new Map(rooms.map((roomId) => [roomId, this.shown(roomId)]));
    this.log.online = [...this.client.online];
  }

  private createClient(): ChatClient {
    const { user, cookie, fetch } = this.account;
    const link = loggingLink(
      this.url,
      cookie,
      {
        heard: (message) => this.heard(message),
        acknowledged: (clientId, { id }) => this.sentByKey.get(clientId)?.acked.push(id),
      },
      this.release.socketLink,
    );
    const client = new this.release.ChatClient(user, { url: this.url, fetch, outbox: this.outbox() }, link);
    const announced: Heard[] = [];
    this.log.announced.push(announced);
    client.on('message', ({ id, roomId, date }) => announced.push({ id, roomId, date }));
    client.on('state', ({ status }) => {
      if (client !== this.client) return;
      if (status === 'online') this.endOffline();
      else this.offlineSince ??= Date.now();
    });
    return client;
  }

  private heard({ id, roomId, date }: Message): void {
    this.log.heard.push({ id, roomId, date });
    this.delays.push(Date.now() - date * 1000);
  }

  private endOffline(): void {
    if (this.offlineSince !== undefined) this.offline.push({ from: this.offlineSince, to: Date.now() });
    this.offlineSince = undefined;
  }

  private note(key: string, roomId: string): void {
    const sent: Sent = { key, roomId, at: Date.now(), group: 0, acked: [], refused: [] };
    this.sentByKey.set(key, sent);
    this.log.sent.push(sent);
  }

  /** Where messages wait; notices when one is settled or refused. */
  private outbox(): OutboxStore {
    return {
      load: () => this.stored.load(),
      put: (entry) => {
        this.stored.put(entry);
        if (entry.kind !== undefined) this.noteChange(entry);
        else if (entry.error) this.refused(entry);
      },
      delete: (clientId) => {
        this.stored.delete(clientId);
        const sent = this.sentByKey.get(clientId);
        if (sent) sent.settledAt ??= Date.now();
        const change = this.changes.get(clientId);
        if (change && !change.refused) change.settledAt ??= Date.now();
      },
    };
  }

  private noteChange({ clientId, id, roomId, kind, text, error }: ChangeCommand): void {
    const known = this.changes.get(clientId);
    const change = known ?? { messageId: id ?? '', roomId, at: Date.now(), text: kind === 'edit' ? text : undefined };
    if (!known) {
      this.changes.set(clientId, change);
      this.log.changed.push(change);
    }
    if (!error) return;
    change.refused = { code: error.code, at: Date.now() };
    setTimeout(() => this.client.discard(roomId, clientId), RETRY_MS);
  }

  private refused({ roomId, clientId, error }: OutboxEntry): void {
    if (error) this.sentByKey.get(clientId)?.refused.push({ code: error.code, at: Date.now() });
    // A person tries again, after a moment.
    setTimeout(() => this.client.retry(roomId, clientId), RETRY_MS);
  }
}
