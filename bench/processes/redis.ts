import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { startRedisProcess } from '../../scripts/lib/redis/redis-process.mjs';
import { Child } from './child';

const folders = new Set<string>();
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A private Redis that keeps what it is told as in production. */
export class BenchRedis {
  private constructor(
    readonly process: Child,
    readonly port: number,
    readonly folder: string,
    /** The bench's own connection. */
    readonly client: Redis,
  ) {}

  /** @param seed a folder to start from, as `folder` of one that was stopped with `keep` */
  static async start(seed?: string): Promise<BenchRedis> {
    const folder = mkdtempSync(join(tmpdir(), 'redis-chat-bench-'));
    folders.add(folder);
    if (seed) cpSync(seed, folder, { recursive: true });
    const port = await freePort();
    const args = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'];
    const child = await startRedisProcess({ port, folder, args }, process.env.REDIS_SERVER, (program, all) =>
      Child.spawn('redis', 'rest', program, all),
    );
    return new BenchRedis(child, port, folder, new Redis(port, '127.0.0.1'));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Commands that it has carried out, those of scripts included. */
  async commands(): Promise<number> {
    const text = await this.client.info('commandstats');
    return [...text.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
  }

  /** @param keep leaves its files until this process ends */
  async stop(keep = false): Promise<void> {
    this.client.disconnect();
    await this.process.end();
    if (keep) return;
    rmSync(this.folder, { recursive: true, force: true });
    folders.delete(this.folder);
  }
}
