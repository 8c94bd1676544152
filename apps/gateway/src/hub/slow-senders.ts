import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Connection } from '../transport/connection';
import { Connections } from '../transport/connections';

const CHECK_MS = 250;

/**
 * Closes connections of a user over which too much has come that is not whole yet: it is counted when it is, and fills the
 * memory until then, however slowly the rest comes.
 */
@Injectable()
export class SlowSenders implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connections: Connections,
    @Inject(CONFIG) private readonly config: Pick<Config, 'SOCKET_BYTES_PER_WINDOW'>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.check(), CHECK_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const users = new Map<string, { connection: Connection; bytes: number }[]>();
    for (const connection of this.connections.ofUsers()) {
      const { owner, arriving: bytes } = connection;
      if (!owner || bytes === 0) continue;
      const others = users.get(owner.user.id);
      if (others) others.push({ connection, bytes });
      else users.set(owner.user.id, [{ connection, bytes }]);
    }
    for (const all of users.values()) this.bound(all);
  }

  /** The same bound as for what has come whole. */
  private bound(all: { connection: Connection; bytes: number }[]): void {
    let sum = all.reduce((bytes, each) => bytes + each.bytes, 0);
    for (const { connection, bytes } of all.sort((one, other) => other.bytes - one.bytes)) {
      if (sum <= 2 * this.config.SOCKET_BYTES_PER_WINDOW) return;
      connection.flood();
      sum -= bytes;
    }
  }
}
