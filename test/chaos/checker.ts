import type { ChangeMade, ClientLog, Heard, Room, RunRecord, Sent, Span, StoredMessage } from './record';
import { stateOf } from './record';

export type Guarantee =
  | 'lost'
  | 'duplicated'
  | 'out of order'
  | 'leaked'
  | 'phantom'
  | 'seq not contiguous'
  | 'view differs'
  | 'never settled'
  | 'refused'
  | 'presence wrong'
  | 'pending work'
  | 'dead letter'
  | 'wrong answer'
  | 'exit by itself'
  | 'memory grows';

/** A guarantee that did not hold. Never carries text or names. */
export interface Violation {
  guarantee: Guarantee;
  /** The first message that shows it. */
  messageId?: string;
  where: string;
}

/** Checks what a run left against every guarantee. @returns what did not hold; nothing: all held */
export function check(record: RunRecord): Violation[] {
  return [
    ...record.rooms.flatMap(checkHistory),
    ...record.clients.flatMap((client) => [
      ...checkSent(client, record),
      ...checkLeaks(client, record.rooms),
      ...checkAnnounced(client, record),
      ...checkChanges(client, record),
      ...checkViews(client, record),
      ...checkPresence(client, record),
    ]),
    ...checkSystem(record),
  ];
}

/** How many acknowledged messages a crash of Redis lost, where it may. */
export function lostInCrashes(record: RunRecord): number {
  const lost = record.clients.map(
    (client) => client.sent.filter((sent) => isLost(sent, client, record) && mayBeLost(sent, record)).length,
  );
  return lost.reduce((sum, count) => sum + count, 0);
}

/** `seq` from 1 without holes, dates growing with it, nothing stored twice. */
function checkHistory({ id, stored }: Room): Violation[] {
  const violations: Violation[] = [];
  const seen = new Set<string>();
  for (const [i, message] of stored.entries()) {
    const sender = `${message.from} ${message.key}`;
    const before = stored[i - 1];
    if (seen.has(sender)) violations.push({ guarantee: 'duplicated', messageId: message.id, where: `room ${id}` });
    seen.add(sender);
    if (message.seq !== i + 1 || (before && before.date >= message.date)) {
      violations.push({ guarantee: 'seq not contiguous', messageId: message.id, where: `room ${id}, place ${i + 1}` });
      break;
    }
  }
  return violations;
}

/** Acknowledged messages are stored, as what they were acknowledged; each sender's order is kept. */
function checkSent(client: ClientLog, record: RunRecord): Violation[] {
  const violations: Violation[] = [];
  const add = (guarantee: Guarantee, { roomId, key }: Sent, messageId?: string) =>
    violations.push({ guarantee, messageId: messageId ?? key, where: `user ${client.userId}, room ${roomId}` });
  for (const sent of client.sent) {
    const stored = find(sent, client, record.rooms);
    const excused = mayBeLost(sent, record);
    if (isLost(sent, client, record) && !excused) add('lost', sent, sent.acked[0]);
    if (new Set(sent.acked).size > 1 && !excused) add('duplicated', sent, sent.acked[1]);
    if (client.kind === 'chat' && sent.settledAt === undefined) add('never settled', sent, stored?.id);
    const refused = sent.refused.some(
      ({ code, at }) => code !== 'internal' || !overlaps(record.failing, { from: sent.at, to: at }),
    );
    if (refused) add('refused', sent);
  }
  return [...violations, ...checkOrder(client, record.rooms)];
}

function checkOrder(client: ClientLog, rooms: readonly Room[]): Violation[] {
  const violations: Violation[] = [];
  const last = new Map<string, StoredMessage>();
  for (const sent of client.sent) {
    const stored = find(sent, client, rooms);
    // What was refused and tried again has its place by the second try, or by the first.
    if (!stored || sent.refused.length > 0) continue;
    const queue = `${sent.roomId} ${sent.group}`;
    const before = last.get(queue);
    if (before && before.seq > stored.seq) {
      violations.push({
        guarantee: 'out of order',
        messageId: stored.id,
        where: `user ${client.userId}, room ${sent.roomId}`,
      });
    }
    last.set(queue, stored);
  }
  return violations;
}

/** What an author was sure of is what the message is like; nothing was refused that the author had a right to. */
function checkChanges({ userId, changed }: ClientLog, record: RunRecord): Violation[] {
  const violations: Violation[] = [];
  const last = new Map<string, ChangeMade>();
  for (const change of changed) {
    const { messageId, roomId, at, settledAt, refused } = change;
    const where = `change by user ${userId}, room ${roomId}`;
    const end = refused?.at ?? settledAt ?? Number.POSITIVE_INFINITY;
    if (overlaps(record.mayBeLost, { from: at, to: end })) continue;
    const isExcused =
      refused?.code === 'internal'
        ? overlaps(record.failing, { from: at, to: refused.at })
        : // Its author had seen what a crash has lost.
          record.mayBeLost.length > 0 && (refused?.code === 'conflict' || refused?.code === 'not_found');
    if (refused && !isExcused) violations.push({ guarantee: 'refused', messageId, where });
    else if (!refused && settledAt === undefined) violations.push({ guarantee: 'never settled', messageId, where });
    last.set(messageId, change);
  }
  if (record.mayBeLost.length > 0) return violations;
  for (const [messageId, { roomId, text, refused }] of last) {
    const stored = record.rooms.find(({ id }) => id === roomId)?.stored.find(({ id }) => id === messageId);
    const [rev] = stored?.state.split(' ') ?? [];
    const wanted = stateOf({
      ...(rev && { rev: Number(rev) }),
      message: text ?? '',
      ...(text === undefined && { deleted: { by: userId, date: 0 } }),
    });
    // One that was given up may have been done before.
    if (!refused && stored?.state !== wanted) {
      violations.push({ guarantee: 'lost', messageId, where: `change by user ${userId}, room ${roomId}` });
    }
  }
  return violations;
}

function checkLeaks({ userId, heard, views }: ClientLog, rooms: readonly Room[]): Violation[] {
  const mine = new Set(rooms.filter(({ members }) => members.includes(userId)).map(({ id }) => id));
  const where = `user ${userId}`;
  const leak = heard.find(({ roomId }) => !mine.has(roomId));
  const view = [...(views ?? [])].find(([roomId, ids]) => !mine.has(roomId) && ids.length > 0);
  if (leak) return [{ guarantee: 'leaked', messageId: leak.id, where: `${where}, room ${leak.roomId}` }];
  if (view) return [{ guarantee: 'leaked', messageId: view[1][0]?.id, where: `${where}, room ${view[0]}` }];
  return [];
}

/**
 * What is told as new is told once, and exists. The demo's client shows it in that order; ours puts it in its place,
 * and while it loads a room it may tell of a message before those in front of it.
 */
function checkAnnounced({ userId, kind, announced }: ClientLog, { rooms, mayBeLost: losses }: RunRecord): Violation[] {
  const violations: Violation[] = [];
  const ids = new Set(rooms.flatMap(({ stored }) => stored.map(({ id }) => id)));
  for (const life of announced) {
    const seen = new Set<string>();
    const last = new Map<string, Heard>();
    for (const heard of life) {
      const where = `shown to user ${userId}, room ${heard.roomId}`;
      const before = last.get(heard.roomId);
      if (seen.has(heard.id)) violations.push({ guarantee: 'duplicated', messageId: heard.id, where });
      else if (kind === 'demo' && before && before.date > heard.date) {
        violations.push({ guarantee: 'out of order', messageId: heard.id, where });
      }
      if (losses.length === 0 && !ids.has(heard.id)) {
        violations.push({ guarantee: 'phantom', messageId: heard.id, where });
      }
      seen.add(heard.id);
      last.set(heard.roomId, heard);
    }
  }
  return violations;
}

/**
 * What a client shows is what is stored, in that order and in its present state. Where a crash may have lost a change, another one
 * may have taken its place in the room's clock: then the states are not compared.
 */
function checkViews({ userId, kind, views }: ClientLog, { rooms, mayBeLost: losses }: RunRecord): Violation[] {
  if (!views || kind === 'demo') return [];
  return rooms
    .filter(({ members }) => members.includes(userId))
    .flatMap(({ id, stored }): Violation[] => {
      const shown = views.get(id) ?? [];
      const place = Math.max(shown.length, stored.length);
      const i = Array.from({ length: place }, (_, n) => n).find((n) => {
        return shown[n]?.id !== stored[n]?.id || (losses.length === 0 && shown[n]?.state !== stored[n]?.state);
      });
      if (i === undefined) return [];
      const where = `user ${userId}, room ${id}, place ${i + 1} of ${stored.length}`;
      return [{ guarantee: 'view differs', messageId: stored[i]?.id ?? shown[i]?.id, where }];
    });
}

function checkPresence({ userId, online }: ClientLog, { connected }: RunRecord): Violation[] {
  if (!online || sameSet(online, connected)) return [];
  return [{ guarantee: 'presence wrong', where: `as user ${userId} sees it: ${difference(online, connected)}` }];
}

function checkSystem({ online, connected, pending, dead, failing, wrong, exits, growing }: RunRecord): Violation[] {
  const violations: Violation[] = [];
  if (!sameSet(online, connected)) {
    violations.push({ guarantee: 'presence wrong', where: `in Redis: ${difference(online, connected)}` });
  }
  for (const [stream, count] of Object.entries(pending)) {
    if (count > 0) violations.push({ guarantee: 'pending work', where: `${count} in ${stream}` });
  }
  for (const { pattern, askedAt, diedAt } of dead) {
    const explained = pattern.startsWith('messages.') && overlaps(failing, { from: askedAt, to: diedAt });
    if (!explained) violations.push({ guarantee: 'dead letter', where: pattern });
  }
  for (const answer of wrong) violations.push({ guarantee: 'wrong answer', where: answer });
  for (const exit of exits) violations.push({ guarantee: 'exit by itself', where: exit });
  for (const process of growing) violations.push({ guarantee: 'memory grows', where: process });
  return violations;
}

/** The sender was told that it is stored, and it is not (or not as what it was told). */
function isLost(sent: Sent, client: ClientLog, { rooms }: RunRecord): boolean {
  const stored = find(sent, client, rooms);
  if (sent.settledAt === undefined && sent.acked.length === 0) return false;
  return !stored || (sent.acked.length > 0 && !sent.acked.includes(stored.id));
}

function mayBeLost({ at, settledAt = Number.POSITIVE_INFINITY }: Sent, { mayBeLost: losses }: RunRecord): boolean {
  return overlaps(losses, { from: at, to: settledAt });
}

const indexes = new WeakMap<Room, Map<string, StoredMessage>>();

function find({ key, roomId }: Sent, { userId }: ClientLog, rooms: readonly Room[]): StoredMessage | undefined {
  const room = rooms.find(({ id }) => id === roomId);
  if (!room) return undefined;
  const index = indexes.get(room) ?? new Map(room.stored.map((message) => [`${message.from} ${message.key}`, message]));
  indexes.set(room, index);
  return index.get(`${userId} ${key}`);
}

function overlaps(spans: readonly Span[], { from, to }: Span): boolean {
  return spans.some((span) => span.from <= to && span.to >= from);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return difference(a, b) === '';
}

function difference(shown: readonly string[], truth: readonly string[]): string {
  const surplus = shown.filter((id) => !truth.includes(id));
  const missing = truth.filter((id) => !shown.includes(id));
  return [...surplus.map((id) => `+${id}`), ...missing.map((id) => `-${id}`)].join(' ');
}
