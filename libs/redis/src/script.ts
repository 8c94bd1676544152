import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';

/** A Lua script in a file of its own. Runs by its hash; sends the text only to a Redis that does not know it. */
export class Script {
  readonly sha: string;

  private constructor(readonly lua: string) {
    this.sha = createHash('sha1').update(lua).digest('hex');
  }

  /**
   * A line `-- include: {name}` stands for another file beside it, or for one that several services share (`libs/redis/src/lua`);
   * `-- include: {folder}/*` for all files of a folder, in the order of their names, each in a block of its own.
   * @param folder the caller's `__dirname`; the file is `lua/{name}.lua` below it, in sources and in `dist`
   * @throws Error when the file is missing
   */
  static load(folder: string, name: string): Script {
    const text = readFileSync(join(folder, 'lua', `${name}.lua`), 'utf8');
    const include = (file: string) => {
      const own = join(folder, 'lua', `${file}.lua`);
      return readFileSync(existsSync(own) ? own : join(__dirname, 'lua', `${file}.lua`), 'utf8');
    };
    const includeAll = (part: string) =>
      readdirSync(join(folder, 'lua', part))
        .toSorted()
        .map((file) => `do\n${readFileSync(join(folder, 'lua', part, file), 'utf8')}end\n`)
        .join('');
    return new Script(
      text.replace(/^-- include: (\w+)(\/\*)?$/gm, (_, name: string, all?: string) =>
        all ? includeAll(name) : include(name),
      ),
    );
  }

  /** Runs it; scripts of one tick share a write. */
  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.lua, keys.length, ...keys, ...args);
    }
  }

  /**
   * Runs a script that goes through groups of keys and returns a list with an answer for each group: once for all of them;
   * on a Cluster, where only the keys of a group lie together, once for each.
   */
  async runForEach(
    redis: Redis,
    groups: readonly (readonly string[])[],
    args: readonly (string | number)[],
  ): Promise<unknown[]> {
    if (groups.length === 0) return [];
    const parts = redis.isCluster ? groups : [groups.flat()];
    return (await Promise.all(parts.map((keys) => this.run(redis, keys, args)))).flat(1);
  }

  /** As `runForEach`, for groups with arguments of their own, which stand behind those of all. */
  async runForGroups(
    redis: Redis,
    groups: readonly { keys: readonly string[]; args: readonly (string | number)[] }[],
    args: readonly (string | number)[],
  ): Promise<unknown[]> {
    if (groups.length === 0) return [];
    const parts = redis.isCluster
      ? groups
      : [{ keys: groups.flatMap((group) => group.keys), args: groups.flatMap((group) => group.args) }];
    return (await Promise.all(parts.map((part) => this.run(redis, part.keys, [...args, ...part.args])))).flat(1);
  }
}
