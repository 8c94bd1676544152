import { STORE_SUFFIX, type User } from '@app/contracts';
import { atEndOfTurn, channelsOf, keys, Redis, Script, together } from '@app/redis';
import { batches } from '@app/service';
import { Injectable } from '@nestjs/common';
import { GatewayIdentity } from '../../identity';

const ASSERT = Script.load(__dirname, 'presence_assert');
const CONNECT = Script.load(__dirname, 'presence_connect');
const COUNTS = Script.load(__dirname, 'presence_counts');
const DISCONNECT = Script.load(__dirname, 'presence_disconnect');
const HEARTBEAT = Script.load(__dirname, 'presence_heartbeat');
const REAP = Script.load(__dirname, 'presence_reap');

/** Bounds what one script call does, so that none holds Redis up. */
const BATCH = 500;
const CONNECTIONS_AT_A_TIME = 100;

/** A live socket of this gateway, as presence knows it. */
export interface LiveConnection {
  id: string;
  user: User;
}

interface Beginning extends LiveConnection {
  announce: boolean;
}

/** Who is online, in Redis; every change is announced by the script that makes it. */
@Injectable()
export class PresenceStore {
  private readonly serverId: string;
  private readonly channel: string;
  private readonly begin = together((all: readonly Beginning[]) => this.connectAll(all), CONNECTIONS_AT_A_TIME);
  private readonly count = together((userIds: readonly string[]) => this.countAll(userIds), BATCH);

  constructor(
    private readonly redis: Redis,
    private readonly identity: GatewayIdentity,
  ) {
    this.serverId = identity.id + STORE_SUFFIX;
    this.channel = channelsOf(redis).messages;
  }

  /**
   * Counts a connection in; announced when its user was offline.
   * @param announce in any case
   * @returns how many the user has now, on all gateways
   */
  connect(connection: LiveConnection, announce = false): Promise<number> {
    return this.begin({ ...connection, announce });
  }

  private async connectAll(all: readonly Beginning[]): Promise<number[]> {
    return (await CONNECT.run(
      this.redis,
      [
        keys.onlineUsers,
        keys.onlineGateway(this.identity.id),
        keys.onlineLeaving,
        keys.onlineNames,
        ...all.map(({ user }) => keys.onlineUser(user.id)),
      ],
      [
        this.identity.id,
        this.channel,
        this.serverId,
        ...all.flatMap(({ id, user, announce }) => [user.id, user.username, id, announce ? 1 : 0]),
      ],
    )) as number[];
  }

  /** How many connections a user has on all gateways; those of one that died until it is reaped. */
  connectionsOf(userId: string): Promise<number> {
    return this.count(userId);
  }

  private async countAll(userIds: readonly string[]): Promise<number[]> {
    return (await COUNTS.run(this.redis, userIds.map(keys.onlineUser), [])) as number[];
  }

  /** Counts a connection out; a user's last leaves the user online for `graceMs`. */
  async disconnect(userId: string, connectionId: string, graceMs: number): Promise<void> {
    // It may have begun in this turn: then it is counted in first.
    await new Promise<void>(atEndOfTurn);
    await DISCONNECT.run(
      this.redis,
      [keys.onlineUser(userId), keys.onlineGateway(this.identity.id), keys.onlineLeaving],
      [userId, connectionId, graceMs],
    );
  }

  /** Renews this gateway's lease; tells whether it had held without a break, and whose leases are over. */
  async heartbeat(leaseMs: number): Promise<{ held: boolean; lapsed: string[] }> {
    const [held, ...lapsed] = (await HEARTBEAT.run(
      this.redis,
      [keys.onlineGateways, keys.onlineLeaving, keys.onlineUsers, keys.onlineNames],
      [this.identity.id, leaseMs, this.channel, this.serverId, BATCH, keys.onlineUser('')],
    )) as [number, ...string[]];
    return { held: held === 1, lapsed };
  }

  /** Takes every connection off a gateway whose lease is over. */
  async reap(gatewayId: string): Promise<void> {
    let taken: number;
    do {
      taken = (await REAP.run(
        this.redis,
        [keys.onlineGateways, keys.onlineGateway(gatewayId), keys.onlineUsers, keys.onlineNames, keys.onlineLeaving],
        [gatewayId, BATCH, this.channel, this.serverId, keys.onlineUser('')],
      )) as number;
    } while (taken > 0);
  }

  /** The connections that Redis has of this gateway, as `user id → connection ids`. */
  async registered(): Promise<Map<string, string>> {
    const members = await this.redis.smembers(keys.onlineGateway(this.identity.id));
    return new Map(
      members.map((member) => {
        const bar = member.indexOf('|');
        return [member.slice(bar + 1), member.slice(0, bar)];
      }),
    );
  }

  /** Gives the lease back. */
  async leave(): Promise<void> {
    await this.redis.zrem(keys.onlineGateways, this.identity.id);
  }

  /** Ids of the users online anywhere. */
  online(): Promise<string[]> {
    return this.redis.smembers(keys.onlineUsers);
  }

  /** The names of those who are connected to a gateway; undefined for all others. */
  async namesOf(ids: readonly string[]): Promise<(string | undefined)[]> {
    if (ids.length === 0) return [];
    return (await this.redis.hmget(keys.onlineNames, ...ids)).map((name) => name ?? undefined);
  }

  /** Which of these are online. */
  async areOnline(ids: readonly string[]): Promise<boolean[]> {
    if (ids.length === 0) return [];
    return (await this.redis.smismember(keys.onlineUsers, ...ids)).map((flag) => flag === 1);
  }

  /** Puts users back whom somebody else took off, and says so. @param users with a connection here, each once */
  async assertOnline(users: readonly User[]): Promise<void> {
    for (const some of batches(users, BATCH)) {
      const named = some.flatMap(({ id, username }) => [id, username]);
      await ASSERT.run(this.redis, [keys.onlineUsers, keys.onlineNames], [this.channel, this.serverId, ...named]);
    }
  }
}
