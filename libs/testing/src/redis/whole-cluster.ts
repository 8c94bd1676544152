import { type Redis, serversOf } from '@app/redis';

type Command = (...args: never[]) => Promise<unknown>;

/** Asked of every master, as each has a part; and what is made of their answers. */
const OF_MASTERS: Record<string, (answers: unknown[]) => unknown> = {
  keys: (answers) => answers.flat(),
  dbsize: sum,
  flushall: first,
  script: first,
  info: (answers) => answers.join('\r\n'),
};
/** What each server has of its own, replicas too. */
const OF_ALL: typeof OF_MASTERS = {
  config: first,
  acl: first,
  client: (answers) => (typeof answers[0] === 'number' ? sum(answers) : answers.join('')),
};
/** Of several keys, which may lie on several servers. */
const OF_EACH_KEY = ['del', 'unlink', 'exists'] as const;

/**
 * Makes a connection to a Cluster answer as one to a single server that has everything: for specs, which look into the whole database. The
 * services do nothing of the kind.
 */
export function ofWholeCluster(redis: Redis): Redis {
  const servers = (role: 'all' | 'master') => [...serversOf(redis, role).values()];
  const askAll = async (role: 'all' | 'master', name: string, args: unknown[]) =>
    Promise.all(servers(role).map((server) => call(server, name, args)));
  const own: Record<string, (...args: unknown[]) => Promise<unknown>> = {};
  for (const [name, together] of Object.entries(OF_MASTERS)) {
    own[name] = async (...args) => together(await askAll('master', name, args));
  }
  for (const [name, together] of Object.entries(OF_ALL)) {
    own[name] = async (...args) => together(await askAll('all', name, args));
  }
  for (const name of OF_EACH_KEY) {
    const one = redis[name].bind(redis) as (key: string) => Promise<number>;
    own[name] = async (...keys) => sum(await Promise.all(keys.flat().map((key) => one(String(key)))));
  }
  own.mset = async (...args) => {
    const pairs = Array.from({ length: args.length / 2 }, (_, i) => args.slice(2 * i, 2 * i + 2).map(String));
    await Promise.all(pairs.map(([key = '', value = '']) => redis.set(key, value)));
    return 'OK';
  };
  const plain = redis.call.bind(redis) as (...args: unknown[]) => Promise<unknown>;
  own.call = async (name, ...args) => {
    const all = own[String(name).toLowerCase()];
    return all ? all(...args) : plain(name, ...args);
  };
  return Object.assign(redis, own);
}

function call(redis: Redis, name: string, args: unknown[]): Promise<unknown> {
  return (redis[name as keyof Redis] as Command).apply(redis, args as never[]);
}

function first([answer]: unknown[]): unknown {
  return answer;
}

function sum(answers: unknown[]): number {
  return answers.reduce<number>((total, answer) => total + Number(answer), 0);
}
