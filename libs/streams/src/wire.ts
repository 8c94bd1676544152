import { randomBytes } from 'node:crypto';
import type { ErrorBody } from '@app/contracts';
import { Json } from './json';

/** The one consumer group of every stream. */
export const GROUP = 'workers';

/** A request or event inside an entry. */
export interface WireRequest {
  pattern: string;
  data: unknown;
  /** Correlation id, unique within `replyTo`. */
  id?: string;
  /** The caller's channel; absent when nobody waits. */
  replyTo?: string;
  /** How long the caller waits, from the time the entry was added. */
  ttlMs?: number;
  /** Idempotency key of a command or event. */
  key?: string;
  /** Request id. */
  trace?: string;
  /** The caller's span, as a W3C `traceparent`. */
  span?: string;
  /** Who asks, an `Actor`; absent: an older caller, or one that names nobody. */
  actor?: unknown;
  /** The caller wants the answer's value as text. */
  asText?: true;
}

/** An answer; those of one moment to one channel travel as an array. */
export interface WireReply {
  id: string;
  value?: unknown;
  error?: ErrorBody;
}

/** Begins the line of an answer whose value is passed on as text. */
const TEXT_MARK = '=';

/** An answer whose value its caller need not read; those of one moment to one channel are lines of one text. */
export function textReply(id: string, value: Json): string {
  return `${TEXT_MARK}${id} ${value.text}`;
}

/** Whether an answer is one of `textReply`. */
export function isTextReply(reply: string): boolean {
  return reply.startsWith(TEXT_MARK);
}

/** What is published for answers to one channel: all of either kind. */
export function replyPayload(replies: readonly string[], areTexts: boolean): string {
  return areTexts ? replies.join('\n') : `[${replies.join(',')}]`;
}

/** Reads what `replyPayload` wrote; nothing of what it did not. */
export function parseReplies(payload: string): WireReply[] {
  if (isTextReply(payload)) return payload.split('\n').map(parseTextReply);
  try {
    const replies: unknown = JSON.parse(payload);
    return Array.isArray(replies) ? replies.filter((reply) => typeof reply?.id === 'string') : [];
  } catch {
    return [];
  }
}

function parseTextReply(line: string): WireReply {
  const end = line.indexOf(' ');
  return { id: line.slice(TEXT_MARK.length, end), value: new Json(line.slice(end + 1)) };
}

/** An entry as XREADGROUP and XCLAIM give it. */
export type RawEntry = [id: string, fields: string[] | null];

export interface ParsedEntry {
  requests: WireRequest[];
  /** Tries made before the entry was split off another. */
  attempts: number;
  /** When the work was first added, ms on Redis' clock. */
  at: number;
}

/** The `requests` field of an entry, of requests that are JSON already. */
export function requestsField(requests: readonly string[]): string {
  return `[${requests.join(',')}]`;
}

const WHOLE = /^\d{1,16}$/;

/** Parses an entry; `requests` is empty for an entry that this transport did not write. */
export function parseEntry(id: string, fields: readonly string[]): ParsedEntry {
  const parsed: ParsedEntry = { requests: [], attempts: 0, at: Number.parseInt(id, 10) };
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [field, value = ''] = [fields[i], fields[i + 1]];
    if (field === 'requests') parsed.requests = parseRequests(value);
    if (field !== 'attempts' && field !== 'at') continue;
    parsed[field] = Number(value);
    if (!WHOLE.test(value) || !Number.isSafeInteger(parsed[field])) return { ...parsed, requests: [], attempts: 0 };
  }
  return parsed;
}

function parseRequests(text: string): WireRequest[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every(isRequest) ? list : [];
  } catch {
    return [];
  }
}

function isRequest(value: unknown): value is WireRequest {
  if (typeof value !== 'object' || value === null) return false;
  const { pattern, id, replyTo, ttlMs, key, trace, span, asText } = value as Record<string, unknown>;
  return (
    typeof pattern === 'string' &&
    (ttlMs === undefined || typeof ttlMs === 'number') &&
    (asText === undefined || typeof asText === 'boolean') &&
    [id, replyTo, key, trace, span].every((text) => text === undefined || typeof text === 'string')
  );
}

/** A short random name: 96 bits. */
export function randomId(): string {
  return randomBytes(12).toString('base64url');
}
