import { connectRedis, type Redis, whenReady } from '@app/redis';
import { loadConfig } from '@app/service';
import { dropDead, listDead, retryDead } from '@app/streams';

const USAGE = `list [COUNT]   what services gave up on, newest first
show ID        one of them whole, its data included
retry ID|all   puts it back to where it came from
drop ID|all    forgets it
`;
const ALL = 10_000;
const ANSWER_MS = 5000;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function run(redis: Redis, verb: string, what: string | undefined): Promise<void> {
  const dead = await listDead(redis, { count: verb === 'list' && what ? Number(what) : ALL });
  if (verb === 'list') {
    for (const { id, pattern, attempts, error, diedAt } of dead) {
      say(`${id}  ${new Date(diedAt).toISOString()}  ${pattern}  after ${attempts} tries: ${error}`);
    }
    say(`${dead.length} dead`);
    return;
  }
  const chosen = what === 'all' ? dead : dead.filter(({ id }) => id === what);
  if (chosen.length === 0 && what !== 'all') throw new Error(`There is no dead letter ${what}`);
  if (verb === 'show') {
    say(JSON.stringify(chosen, null, 2));
    return;
  }
  // oldest first, in the order they were asked
  const inOrder = chosen.reverse();
  if (verb === 'drop') {
    for (const { id } of inOrder) await dropDead(redis, id);
    say(`${inOrder.length} dropped`);
    return;
  }
  // Of one alone it is an error that its data was not kept.
  const kept = what === 'all' ? inOrder.filter(({ data }) => data !== undefined) : inOrder;
  for (const { id } of kept) await retryDead(redis, id);
  say(`${kept.length} put back`);
  if (kept.length < inOrder.length) say(`${inOrder.length - kept.length} cannot be put back: their data was not kept`);
}

async function main(verb = '', what?: string): Promise<number> {
  if (!['list', 'show', 'retry', 'drop'].includes(verb) || (verb !== 'list' && !what)) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    const redis = connectRedis(loadConfig().redis, 'commands', 'operator');
    await whenReady(redis, AbortSignal.timeout(ANSWER_MS));
    await run(redis, verb, what);
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    process.stderr.write(name === 'TimeoutError' ? `No Redis there within ${ANSWER_MS / 1000} s\n` : `${message}\n`);
    return 1;
  }
}

void main(...process.argv.slice(2)).then((code) => process.exit(code));
