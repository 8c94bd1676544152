import type { Presence, User, UsersBody } from '@app/contracts';
import { batches, CONFIG, type Config } from '@app/service';
import { type CallContext, StreamsClient } from '@app/streams';
import { Inject, Injectable } from '@nestjs/common';
import { boundedUsers, following } from '../hub/presence/bounded-users';
import { PresenceStore } from '../hub/presence/presence.store';
import type { GatewayFeature, Handlers } from '../transport/binder';

/** Bound of ids in one request to the auth service. */
const BATCH = 500;
/** People online of one answer: names of ordinary length fill it. */
const ONLINE = 4000;

/** Users and whether they are online. */
@Injectable()
export class People implements GatewayFeature {
  constructor(
    private readonly streams: StreamsClient,
    private readonly presence: PresenceStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  readonly handlers: Handlers = {
    users: ({ ids, after, limit = this.config.USERS_PAGE_SIZE }, { context }) =>
      ids ? this.some(ids, context) : this.page(after, limit, context),
    'users.online': ({ after }, { context }) => this.online(after, context),
  };

  /** @param ids any number; unknown ones are left out */
  async byIds(ids: readonly string[]): Promise<Presence[]> {
    const [users, online] = await Promise.all([this.named(ids), this.presence.areOnline(ids)]);
    const byId = new Map(ids.map((id, i) => [id, online[i]]));
    return users.map((user) => ({ ...user, online: byId.get(user.id) ?? false }));
  }

  private async some(ids: readonly string[], context: CallContext): Promise<UsersBody> {
    return this.answer(await this.users(ids, context), null);
  }

  private async page(after: string | undefined, limit: number, context: CallContext): Promise<UsersBody> {
    const { users, next } = await this.streams.call('auth.list', { after, limit }, { context });
    return this.answer(users, next);
  }

  /** As many as an answer may hold: servers of the demo take names of any length. */
  private async answer(found: readonly User[], beyond: string | null): Promise<UsersBody> {
    const { users, next } = boundedUsers(found, this.config.ANSWER_BYTES);
    return { users: await this.withPresence(users), next: next ?? beyond };
  }

  /** Those with a live connection, by id, as many as an answer may hold. @param after the id before the first */
  async online(after?: string, context?: CallContext): Promise<UsersBody> {
    const ids = following(await this.presence.online(), after);
    const { users, next } = boundedUsers(await this.named(ids.slice(0, ONLINE), context), this.config.ANSWER_BYTES);
    const isCut = next === undefined && ids.length > ONLINE;
    return { users: users.map((user) => ({ ...user, online: true })), next: (isCut ? ids[ONLINE - 1] : next) ?? null };
  }

  /**
   * Presence knows the names of whom gateways have let in; all others the auth service, those too whom a server of the demo calls
   * online.
   * @param ids unknown ones are left out
   */
  async named(ids: readonly string[], context?: CallContext): Promise<User[]> {
    const names = await this.presence.namesOf(ids);
    const others = await this.users(
      ids.filter((_, i) => names[i] === undefined),
      context,
    );
    const usernames = new Map(others.map(({ id, username }) => [id, username]));
    return ids.flatMap((id, i) => {
      const username = names[i] ?? usernames.get(id);
      return username === undefined ? [] : [{ id, username }];
    });
  }

  private async users(ids: readonly string[], context?: CallContext): Promise<User[]> {
    const users: User[] = [];
    for (const some of batches(ids, BATCH)) {
      users.push(...(await this.streams.call('auth.users', { ids: some }, { context })).users);
    }
    return users;
  }

  private async withPresence(users: readonly User[]): Promise<Presence[]> {
    const online = await this.presence.areOnline(users.map((user) => user.id));
    return users.map((user, i) => ({ ...user, online: online[i] ?? false }));
  }
}
