import type { Presence, User, UsersBody } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Injectable } from '@nestjs/common';
import { PresenceStore } from '../presence/presence.store';

/** Bound of ids in one request to the auth service. */
const BATCH = 500;

/** Users and whether they are online. */
@Injectable()
export class People {
  constructor(
    private readonly streams: StreamsClient,
    private readonly presence: PresenceStore,
  ) {}

  /** @param ids any number; unknown ones are left out */
  async byIds(ids: readonly string[]): Promise<Presence[]> {
    return this.withPresence(await this.users(ids));
  }

  /** @param after the id before the page's first */
  async page(after: string | undefined, limit: number): Promise<UsersBody> {
    const { users, next } = await this.streams.call('auth.list', { after, limit });
    return { users: await this.withPresence(users), next };
  }

  /** Everybody with a live connection. */
  async online(): Promise<Presence[]> {
    const users = await this.users(await this.presence.online());
    return users.map((user) => ({ ...user, online: true }));
  }

  private async users(ids: readonly string[]): Promise<User[]> {
    const users: User[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      users.push(...(await this.streams.call('auth.users', { ids: ids.slice(i, i + BATCH) })).users);
    }
    return users;
  }

  private async withPresence(users: readonly User[]): Promise<Presence[]> {
    const online = await this.presence.areOnline(users.map((user) => user.id));
    return users.map((user, i) => ({ ...user, online: online[i] ?? false }));
  }
}
