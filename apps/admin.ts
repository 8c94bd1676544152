import 'reflect-metadata';
import { randomBytes, randomInt } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import {
  type Account,
  ChatError,
  made,
  newPasswordSchema,
  newsEnvelopeSchema,
  parse,
  RELAY_VERSION,
  usernameSchema,
} from '@app/contracts';
import { channelsOf, connectRedis, keys, type Redis, whenReady } from '@app/redis';
import { type Config, ConfigError, loadConfig } from '@app/service';
import { Sealer, StreamsClient } from '@app/streams';
import { hashSession } from './gateway/src/auth/session';
import { SessionIndex } from './gateway/src/auth/session-index';

const USAGE = `users                      everybody: id, name, since when, suspended or not
add NAME                   makes an account; its password is made up and printed once
add NAME --stdin           the same, with a password read from standard input
reset USER [--stdin]       another password, and all sessions end
sessions USER              where a user is signed in
sessions USER end ID|all   ends one of these sessions, or all
suspend USER               ends all sessions and lets the user in no more; messages stay
resume USER                lets a suspended user in again
repair-rooms               adopts rooms that were made by hand in a demo's database, and brings lists up to date
USER is a name, or an id with # before it.
`;
const PAGE = 500;
const ANSWER_MS = 15_000;
/** Without those that are mistaken for each other. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** What an operator may do to users: asks the auth service, and ends sessions as a gateway does. */
class Admin {
  private readonly index: SessionIndex;
  private readonly id = `admin-${randomBytes(6).toString('hex')}`;

  constructor(
    private readonly redis: Redis,
    private readonly streams: StreamsClient,
    config: Config,
  ) {
    this.index = new SessionIndex(redis, config);
  }

  async users(): Promise<void> {
    let after: string | undefined;
    let count = 0;
    do {
      const { accounts, next } = await this.streams.call('auth.accounts', { after, limit: PAGE });
      for (const account of accounts) say(lineOf(account));
      count += accounts.length;
      after = next ?? undefined;
    } while (after);
    say(`${count} users`);
  }

  async add(name: string, given?: string): Promise<void> {
    const credentials = { username: parse(usernameSchema, name), password: given ?? madeUp() };
    const { id, username } = await this.streams.call('auth.add', credentials, { key: this.id });
    say(lineOf({ id, username, createdAt: null, suspendedAt: null }));
    if (given === undefined) say(`password: ${credentials.password}`);
  }

  async reset(who: string, given?: string): Promise<void> {
    const { id } = await this.find(who);
    const password = given ?? madeUp();
    await this.streams.call('auth.reset', { userId: id, password }, { key: this.id });
    if (given === undefined) say(`password: ${password}`);
    await this.end(id);
  }

  async sessions(who: string, verb?: string, what?: string): Promise<void> {
    const { id } = await this.find(who);
    if (verb === 'end' && what) return this.end(id, what);
    const sessions = await this.index.list(id);
    for (const { sessionId, data, lastUsedAt } of sessions) {
      const { browser = null, system = null } = data.device ?? {};
      const device = [browser, system].filter(Boolean).join(' on ') || 'unknown device';
      say(`${hashSession(sessionId)}  used ${new Date(lastUsedAt).toISOString()}  ${device}`);
    }
    say(`${sessions.length} sessions`);
  }

  async suspend(who: string, suspended: boolean): Promise<void> {
    const { id } = await this.find(who);
    await this.streams.call('auth.suspend', { userId: id, suspended });
    say(suspended ? 'suspended' : 'let in again');
    if (suspended) await this.end(id);
  }

  async repairRooms(): Promise<void> {
    const { adopted, settled } = await this.streams.call('rooms.repair', {}, { key: this.id });
    say(`${adopted} rooms adopted, ${settled} entries brought up to date`);
  }

  private find(who: string): Promise<Account> {
    return this.streams.call('auth.account', who.startsWith('#') ? { userId: who.slice(1) } : { username: who });
  }

  /** As a gateway ends one: the session first, then its sockets everywhere. */
  private async end(userId: string, what = 'all'): Promise<void> {
    const sessions = await this.index.list(userId);
    const chosen = what === 'all' ? sessions : sessions.filter(({ sessionId }) => hashSession(sessionId) === what);
    if (chosen.length === 0 && what !== 'all') throw new ChatError('not_found', 'No such session');
    for (const { sessionId } of chosen) {
      await this.redis.del(keys.session(sessionId));
      const data = { sessionHash: hashSession(sessionId) };
      const envelope = { v: RELAY_VERSION, serverId: this.id, type: 'session.ended', to: 'all', data };
      await this.redis.publish(channelsOf(this.redis).news, JSON.stringify(made(newsEnvelopeSchema, envelope)));
    }
    const ids = chosen.map(({ sessionId }) => sessionId);
    await this.index.remove(userId, ids);
    say(`${ids.length} sessions ended`);
  }
}

function lineOf({ id, username, createdAt, suspendedAt }: Account): string {
  return [`#${id}`, username, createdAt && `since ${createdAt}`, suspendedAt && `suspended ${suspendedAt}`]
    .filter(Boolean)
    .join('  ');
}

/** 100 bits, in groups that can be read out. */
function madeUp(): string {
  const group = () => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

/** @throws ChatError `invalid` */
async function passwordFrom(stdin: NodeJS.ReadStream): Promise<string> {
  const password = (await readAll(stdin)).replace(/\r?\n$/, '');
  return parse(newPasswordSchema, password);
}

async function run(admin: Admin, verb: string, who: string, more: readonly string[]): Promise<void> {
  const given = more[0] === '--stdin' ? await passwordFrom(process.stdin) : undefined;
  if (verb === 'users') return admin.users();
  if (verb === 'repair-rooms') return admin.repairRooms();
  if (verb === 'add') return admin.add(who, given);
  if (verb === 'reset') return admin.reset(who, given);
  if (verb === 'sessions') return admin.sessions(who, ...more);
  return admin.suspend(who, verb === 'suspend');
}

/** Nothing but what USAGE says: a password as an argument would be in everybody's list of processes. */
function isUsage(verb: string, who: string | undefined, more: readonly string[]): boolean {
  if (verb === 'users' || verb === 'repair-rooms') return who === undefined;
  // A name may begin so, but an option in its place is meant as one.
  if (!who || who.startsWith('--')) return false;
  if (verb === 'add' || verb === 'reset') return more.length === 0 || (more.length === 1 && more[0] === '--stdin');
  if (verb === 'sessions') return more.length === 0 || (more.length === 2 && more[0] === 'end');
  return (verb === 'suspend' || verb === 'resume') && more.length === 0;
}

async function main(verb = '', who?: string, ...more: string[]): Promise<number> {
  if (!isUsage(verb, who, more)) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    const config = loadConfig();
    if (!config.SEAL_SECRET) throw new ConfigError('SEAL_SECRET is required: that of the gateways and auth');
    const redis = connectRedis(config.redis, 'commands', 'operator');
    const sealer = new Sealer(config.SEAL_SECRET);
    const limits = { timeoutMs: ANSWER_MS };
    const streams = new StreamsClient({ endpoint: config.redis, name: 'operator', limits, sealer });
    await Promise.all([
      whenReady(redis, AbortSignal.timeout(ANSWER_MS)),
      streams.whenReady(AbortSignal.timeout(ANSWER_MS)),
    ]);
    await run(new Admin(redis, streams, config), verb, who ?? '', more);
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    const line = name === 'TimeoutError' ? `No Redis there within ${ANSWER_MS / 1000} s` : message;
    process.stderr.write(`${line}\n`);
    return 1;
  }
}

void main(...process.argv.slice(2)).then((code) => process.exit(code));
