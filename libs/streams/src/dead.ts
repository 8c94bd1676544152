import { ChatError, serviceOf, type WorkPattern } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { workContract } from './handling';
import { requestsField } from './wire';

/** A request or event that could not be handled. */
export interface DeadLetter {
  id: string;
  /** Where it came from. */
  stream: string;
  pattern: string;
  /** JSON; undefined where its contract says that the data is not kept. */
  data?: string;
  key?: string;
  requestId?: string;
  /** Who asked, as JSON. */
  actor?: string;
  error: string;
  attempts: number;
  /** When it was asked, and when it was given up: ms since the epoch. */
  askedAt: number;
  diedAt: number;
}

/**
 * The newest dead letters, newest first.
 * @param before only those older than this id
 */
export async function listDead(redis: Redis, { count = 100, before }: { count?: number; before?: string } = {}) {
  const entries = await redis.xrevrange(keys.dead, before ? `(${before}` : '+', '-', 'COUNT', count);
  return entries.map(([id, fields]) => deadLetter(id, fields));
}

/**
 * Puts a dead letter back to where it came from, with all its tries before it. One of a partition goes to the stream that every
 * replica reads: by now it may be that nobody reads the partition, or that there is none of its number.
 * @throws ChatError `not_found`; `invalid` when its data was not kept
 */
export async function retryDead(redis: Redis, id: string): Promise<void> {
  const entry = (await redis.xrange(keys.dead, id, id))[0];
  if (!entry) throw new ChatError('not_found', 'No such dead letter');
  const { stream, pattern, data, key, requestId, actor } = deadLetter(id, entry[1]);
  if (data === undefined) throw new ChatError('invalid', 'Its data was not kept');
  const named = actor === undefined ? {} : { actor: JSON.parse(actor) as unknown };
  const request = { pattern, data: JSON.parse(data) as unknown, key, trace: requestId, ...named };
  const isOrdered = workContract(pattern)?.partition !== undefined;
  const to = isOrdered ? keys.work(serviceOf(pattern as WorkPattern)) : stream;
  await redis.xadd(to, '*', 'requests', requestsField([JSON.stringify(request)]));
  await redis.xdel(keys.dead, id);
}

/** Forgets a dead letter. False: there was none. */
export async function dropDead(redis: Redis, id: string): Promise<boolean> {
  return (await redis.xdel(keys.dead, id)) > 0;
}

function deadLetter(id: string, fields: string[]): DeadLetter {
  const named = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) named.set(fields[i] ?? '', fields[i + 1] ?? '');
  return {
    id,
    stream: named.get('stream') ?? '',
    pattern: named.get('pattern') ?? '',
    data: named.get('data'),
    key: named.get('key'),
    requestId: named.get('trace'),
    actor: named.get('actor'),
    error: named.get('error') ?? '',
    attempts: Number(named.get('attempts')),
    askedAt: Number(named.get('at')),
    diedAt: Number.parseInt(id, 10),
  };
}
