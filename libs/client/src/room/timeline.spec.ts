import type { Message, Page } from '@app/contracts';
import type { PageAsk } from '../types';
import { Timeline } from './timeline';

const ROOM = '0';
const ME = '1';

function message(seq: number, more: Partial<Message> = {}): Message {
  return { id: `0-${seq}-${seq}000000`, seq, from: '2', date: seq, message: `m${seq}`, roomId: ROOM, ...more };
}

function foreign(id: string, date: number): Message {
  return { id, from: '9', date, message: id, roomId: ROOM };
}

function upTo(seq: number, rev = 0) {
  return { roomId: ROOM, seq, id: seq === 0 ? '' : message(seq).id, rev };
}

function page(messages: Message[], before: string | null = null): Page {
  return { epoch: 'e', messages, before, after: null, head: upTo(messages.at(-1)?.seq ?? 0) };
}

function loaded(messages: Message[], before: string | null = null): Timeline {
  const timeline = new Timeline(ROOM, ME);
  timeline.wanted = true;
  timeline.newest(page(messages, before));
  return timeline;
}

function pending(timeline: Timeline, clientId: string): void {
  timeline.pending.add({ roomId: ROOM, clientId, message: clientId, createdAt: 9e9 });
}

const olderThan = ({ older }: Timeline): PageAsk => older ?? { before: 'none' };
const texts = (timeline: Timeline) => timeline.view().entries.map((entry) => entry.message);

describe('Timeline', () => {
  it('appends what follows, and shows a repeated message once', () => {
    const timeline = loaded([message(1)]);
    expect(timeline.live(message(2)).added).toEqual([message(2)]);
    expect(timeline.live(message(2)).added).toEqual([]);
    expect(texts(timeline)).toEqual(['m1', 'm2']);
  });

  it('keeps a message ahead of a gap aside until those between are here', () => {
    const timeline = loaded([message(1)]);
    timeline.live(message(3));
    expect(texts(timeline)).toEqual(['m1']);
    expect(timeline.hasGap).toBe(true);
    expect(timeline.live(message(2)).added).toEqual([message(2), message(3)]);
    expect(timeline.hasGap).toBe(false);
    expect(texts(timeline)).toEqual(['m1', 'm2', 'm3']);
  });

  it('goes past what changes in a room and is no message, and notices one that was missed', () => {
    const timeline = loaded([message(1)]);
    timeline.feed.pass(2);
    expect(timeline.live(message(2, { rev: 3 })).added).toHaveLength(1);
    expect(timeline.hasGap).toBe(false);
    timeline.feed.pass(3);
    timeline.feed.pass(5);
    timeline.live(message(3, { rev: 6 }));
    expect(timeline.hasGap).toBe(true);
    expect(texts(timeline)).toEqual(['m1', 'm2']);
  });

  it('fills a gap from a sync, page by page', () => {
    const timeline = loaded([message(1)]);
    timeline.live(message(5));
    const first = timeline.ask();
    expect(first.position).toEqual(upTo(1));
    const answer = {
      status: 'ok' as const,
      roomId: ROOM,
      messages: [message(2), message(3)],
      changed: [],
      upTo: upTo(3),
      more: true,
    };
    expect(timeline.synced(answer, first)).toMatchObject({ more: true, added: [message(2), message(3)] });
    const second = timeline.ask();
    expect(second.position).toEqual(upTo(3));
    const rest = { ...answer, messages: [message(4)], upTo: upTo(4), more: false };
    expect(timeline.synced(rest, second)).toMatchObject({ more: false, added: [message(4)] });
    expect(texts(timeline)).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  it('gives up what it heard before a sync that does not know it', () => {
    const timeline = loaded([message(1)]);
    timeline.live(message(3));
    timeline.synced(
      { status: 'ok', roomId: ROOM, messages: [], changed: [], upTo: upTo(1), more: false },
      timeline.ask(),
    );
    expect(timeline.hasGap).toBe(false);
    timeline.live(message(2));
    expect(texts(timeline)).toEqual(['m1', 'm2']);
  });

  it('orders messages without a number by date, and those of one second by id', () => {
    const timeline = loaded([message(1), message(5, { seq: 2, id: '0-2-5000000' })]);
    timeline.live(foreign('xb', 3));
    timeline.live(foreign('xa', 3));
    timeline.live(foreign('xc', 7));
    expect(texts(timeline)).toEqual(['m1', 'xa', 'xb', 'm5', 'xc']);
  });

  it('shows a foreign message of an older page with that page', () => {
    const timeline = loaded([message(5)], 'older');
    timeline.live(foreign('x1', 2));
    expect(texts(timeline)).toEqual(['m5']);
    timeline.olderPage(page([message(1), message(3, { seq: 2 })]), olderThan(timeline));
    expect(texts(timeline)).toEqual(['m1', 'x1', 'm3', 'm5']);
  });

  it('knows whether there are older pages, and ignores one that was asked by another cursor', () => {
    const timeline = loaded([message(5), message(6)], 'c5');
    timeline.olderPage(page([message(1), message(2)]), { before: 'c7' });
    expect(timeline.view()).toMatchObject({ hasOlder: true, entries: [{ seq: 5 }, { seq: 6 }] });
    timeline.olderPage(page([message(3), message(4)], 'c3'), olderThan(timeline));
    expect(timeline.view().hasOlder).toBe(true);
    timeline.olderPage(page([message(1), message(2)]), olderThan(timeline));
    expect(timeline.view().hasOlder).toBe(false);
    expect(texts(timeline)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
  });

  it('keeps the key of an own message when it is acknowledged', () => {
    const timeline = loaded([message(1)]);
    pending(timeline, 'client-1');
    expect(timeline.view().entries.at(-1)).toMatchObject({ key: 'client-1', state: 'sending' });
    timeline.live(message(2, { from: ME }), 'client-1');
    expect(timeline.view().entries.at(-1)).toMatchObject({ key: 'client-1', state: 'sent', seq: 2 });
    timeline.reset();
    timeline.newest(page([message(1), message(2, { from: ME })]));
    expect(timeline.view().entries.at(-1)).toMatchObject({ key: 'client-1' });
  });

  it('recognises an own message that is heard before its acknowledgement', () => {
    const timeline = loaded([message(1)]);
    pending(timeline, 'client-1');
    const stored = message(2, { from: ME, clientId: 'client-1' });
    expect(timeline.live(stored)).toEqual({
      added: [stored],
      changed: [],
      settled: [{ clientId: 'client-1', message: stored }],
    });
    expect(timeline.live(stored, 'client-1')).toEqual({ added: [], changed: [], settled: [] });
    expect(timeline.view().entries.map(({ key }) => key)).toEqual([message(1).id, 'client-1']);
  });

  it('does not take another user’s message for an own one', () => {
    const timeline = loaded([]);
    pending(timeline, 'client-1');
    expect(timeline.live(message(1, { clientId: 'client-1' })).settled).toEqual([]);
    expect(timeline.view().entries.map(({ state }) => state)).toEqual(['sent', 'sending']);
  });

  it('shows an acknowledged message behind a gap as sent, after what is in order', () => {
    const timeline = loaded([message(1)]);
    pending(timeline, 'client-1');
    pending(timeline, 'client-2');
    timeline.live(message(3, { from: ME }), 'client-1');
    expect(timeline.view().entries.map(({ key, state }) => [key, state])).toEqual([
      [message(1).id, 'sent'],
      ['client-1', 'sent'],
      ['client-2', 'sending'],
    ]);
    timeline.live(message(2));
    expect(timeline.view().entries.map(({ key }) => key)).toEqual([
      message(1).id,
      message(2).id,
      'client-1',
      'client-2',
    ]);
  });

  it('starts afresh when a known place holds another message, and keeps what is pending', () => {
    const timeline = loaded([message(1), message(2)]);
    pending(timeline, 'client-1');
    timeline.live(message(2, { id: '0-2-7000000' }));
    expect(timeline.loaded).toBe(false);
    expect(texts(timeline)).toEqual(['client-1']);
  });

  it('starts afresh when the server has less than what was known', () => {
    const timeline = loaded([message(1), message(2)]);
    timeline.markStale();
    timeline.live(message(3));
    timeline.synced(
      { status: 'ok', roomId: ROOM, messages: [], changed: [], upTo: upTo(2), more: false },
      timeline.ask(),
    );
    expect(timeline.loaded).toBe(false);
  });

  it('syncs from where it stood when something may have been missed, whatever came since', () => {
    const timeline = loaded([message(1)]);
    timeline.markStale();
    timeline.live(message(2));
    expect(timeline.ask().position).toEqual(upTo(1));
    const answer = {
      status: 'ok' as const,
      roomId: ROOM,
      messages: [message(2)],
      changed: [],
      upTo: upTo(2),
      more: false,
    };
    timeline.synced(answer, timeline.ask());
    expect(timeline.ask().position).toEqual(upTo(2, 2));
  });

  it('goes on from where a sync got to, though it already knows more', () => {
    const timeline = loaded([message(1)]);
    timeline.markStale();
    for (const seq of [2, 3, 4]) timeline.live(message(seq));
    const first = {
      status: 'ok' as const,
      roomId: ROOM,
      messages: [foreign('x', 1.5), message(2)],
      changed: [],
      upTo: upTo(2),
      more: true,
    };
    timeline.synced(first, timeline.ask());
    expect(timeline.ask().position).toEqual(upTo(2));
    const rest = {
      ...first,
      messages: [foreign('y', 2.5), message(3), message(4)],
      changed: [],
      upTo: upTo(4),
      more: false,
    };
    timeline.synced(rest, timeline.ask());
    expect(texts(timeline)).toEqual(['m1', 'x', 'm2', 'y', 'm3', 'm4']);
  });

  it('ignores the answer to a question of before a reset', () => {
    const timeline = loaded([message(1)]);
    const ask = timeline.ask();
    timeline.reset();
    timeline.newest(page([message(1)]));
    timeline.synced({ status: 'reset', roomId: ROOM }, ask);
    expect(timeline.loaded).toBe(true);
  });

  it('holds what is heard until it is released', () => {
    const timeline = loaded([message(1)]);
    timeline.pause();
    timeline.live(message(2));
    timeline.live(foreign('x', 9));
    expect(texts(timeline)).toEqual(['m1']);
    timeline.resume();
    expect(texts(timeline)).toEqual(['m1', 'm2', 'x']);
  });

  it('tells of messages that came while it was away, not of history', () => {
    const timeline = loaded([message(1), message(2)]);
    timeline.reset();
    expect(timeline.newest(page([message(1), message(2), message(3)])).added).toEqual([message(3)]);
  });

  it('forgets a room it may not see', () => {
    const timeline = loaded([message(1)]);
    timeline.synced({ status: 'forbidden', roomId: ROOM }, timeline.ask());
    expect(timeline.view()).toMatchObject({ entries: [], hasOlder: false, loaded: false });
    expect(timeline.wanted).toBe(false);
  });

  it('keeps nothing of a room nobody opened', () => {
    const timeline = new Timeline(ROOM, ME);
    pending(timeline, 'client-1');
    expect(timeline.live(message(1, { from: ME }), 'client-1').settled).toMatchObject([{ clientId: 'client-1' }]);
    expect(timeline.view().entries).toEqual([]);
  });

  it('gives the same view until something changes', () => {
    const timeline = loaded([message(1)]);
    const view = timeline.view();
    timeline.live(message(1));
    expect(timeline.view()).toBe(view);
    timeline.live(message(2));
    expect(timeline.view()).not.toBe(view);
    expect(timeline.view().entries).not.toBe(view.entries);
  });
});
