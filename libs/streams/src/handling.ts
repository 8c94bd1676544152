import {
  type Actor,
  actorSchema,
  ChatError,
  FACTS,
  type FactName,
  parse,
  readView,
  userActor,
  userIdSchema,
  WORK,
  type WorkPattern,
} from '@app/contracts';
import { isRedisUnavailable } from '@app/redis';
import { isObservable, lastValueFrom } from 'rxjs';
import type { EntrySource } from './entry';
import type { Sealer } from './sealing';
import type { WireRequest } from './wire';

/** An event that no further try will handle. */
export class UnrecoverableError extends Error {
  override readonly name = 'UnrecoverableError';
}

/** The contract of a work pattern; undefined for a pattern that is none. */
export function workContract(pattern: string): (typeof WORK)[WorkPattern] | undefined {
  return Object.hasOwn(WORK, pattern) ? WORK[pattern as WorkPattern] : undefined;
}

/** The room that a request is of, as its contract says; of a message's id the part before its place. Undefined: of none. */
export function roomOf({ pattern, data }: WireRequest): string | undefined {
  const field = workContract(pattern)?.partition;
  const value = field === undefined ? undefined : (data as Record<string, unknown> | null)?.[field];
  return typeof value === 'string' ? value.split('-', 1)[0] : undefined;
}

function eventContract(pattern: string): (typeof FACTS)[FactName] | undefined {
  return Object.hasOwn(FACTS, pattern) ? FACTS[pattern as FactName] : undefined;
}

/**
 * Checks a request or event against its contract and opens sealed fields. Its sender may be newer: unknown fields are ignored.
 * @returns the parsed data
 * @throws ChatError `invalid` for a request, `unavailable` when it is not known here or cannot be opened; UnrecoverableError for an
 *   event
 */
export function parseData(kind: EntrySource['kind'], request: WireRequest, sealer?: Sealer): unknown {
  const { pattern, data } = request;
  if (kind === 'work') {
    const contract = workContract(pattern);
    // A request of a later version: the caller's next try may reach a replica that knows it.
    if (!contract) throw new ChatError('unavailable', 'Unknown request');
    return parse<unknown>(readView(contract.request), contract.sealed ? open(request, contract.sealed, sealer) : data);
  }
  const contract = eventContract(pattern);
  if (!contract) throw new UnrecoverableError('Unknown event');
  try {
    return parse<unknown>(readView(contract.data), data);
  } catch (error) {
    throw new UnrecoverableError(error instanceof Error ? error.message : 'Invalid event');
  }
}

const actorView = readView(actorSchema);

/**
 * Who asks. A caller of the version before names no more than the user, in the data.
 * @throws ChatError `forbidden` for a request in another user's name: only the system acts for others
 */
export function actorOf(kind: EntrySource['kind'], { actor: named }: WireRequest, data: unknown): Actor | undefined {
  // The actor of an event is for logs alone: it gives no right.
  if (kind === 'events') return actorView.safeParse(named).data;
  const userId = (data as { userId?: unknown } | null)?.userId;
  if (named === undefined) return typeof userId === 'string' ? userActor(userId) : undefined;
  const actor = parse(actorView, named);
  if (actor.kind !== 'system' && typeof userId === 'string' && userId !== actor.userId) {
    throw new ChatError('forbidden', "In another user's name");
  }
  return actor;
}

/** Who asks, for logs; undefined when it is not named. */
export function actorIdOf({ actor }: WireRequest): string | undefined {
  return userIdSchema.safeParse((actor as Actor | undefined)?.userId).data;
}

function open(request: WireRequest, fields: readonly string[], sealer: Sealer | undefined): object {
  if (!sealer) throw new ChatError('unavailable', 'Nothing sealed can be opened here');
  return sealer.open(request, fields);
}

/** What a Nest handler gives, whichever way it gives it. */
export async function outcomeOf(result: unknown): Promise<unknown> {
  const settled = await result;
  return isObservable(settled) ? lastValueFrom(settled, { defaultValue: undefined }) : settled;
}

/** Whether the failure says nothing about the request: it passes, and trying again costs the request nothing. */
export function isPassing(kind: EntrySource['kind'], error: unknown): boolean {
  if (isRedisUnavailable(error)) return true;
  return kind === 'events' && error instanceof ChatError && ['unavailable', 'overloaded'].includes(error.code);
}

/** What to log and keep of an unexpected error: never an ioredis error itself, which carries its command's arguments. */
export function describe(error: unknown): { message: string; stack?: string } {
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: 'A handler failed with something that is no Error; is WorkErrorFilter in place?' };
}
