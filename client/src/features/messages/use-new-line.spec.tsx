import type { Entry } from '@app/client';
import { act, renderHook, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ChatProvider } from '../../lib/chat';
import { settle, TestChat } from '../../testing/test-chat';
import { firstUnread, useNewLine } from './use-new-line';

const ME = '1';
const entry = (seq: number | undefined, from = '2'): Entry => ({
  key: `${seq}`,
  id: `0-${seq}`,
  seq,
  from,
  date: 0,
  message: '',
  roomId: '0',
  state: 'sent',
});

describe('firstUnread', () => {
  it('is what others wrote first after what was read', () => {
    expect(firstUnread([entry(4), entry(5), entry(6), entry(7)], 5, ME)).toBe(2);
    expect(firstUnread([entry(5), entry(6, ME), entry(7)], 5, ME)).toBe(2);
    expect(firstUnread([entry(1), entry(2)], 0, ME)).toBe(0);
  });

  it('is nothing where all was read', () => {
    expect(firstUnread([entry(4), entry(5)], 5, ME)).toBeUndefined();
    expect(firstUnread([entry(5), entry(6, ME), entry(undefined, ME)], 5, ME)).toBeUndefined();
    expect(firstUnread([], 5, ME)).toBeUndefined();
  });

  it('is further up as long as it is not loaded', () => {
    expect(firstUnread([entry(8), entry(9)], 5, ME)).toBe('further up');
    expect(firstUnread([entry(8, ME), entry(9, ME)], 5, ME)).toBe('further up');
  });
});

describe('the line', () => {
  const show = (entries: Entry[], readUpTo?: number) => {
    const chat = new TestChat();
    return renderHook(({ entries, readUpTo }) => useNewLine('0', entries, readUpTo, { current: true }), {
      initialProps: { entries, readUpTo },
      wrapper: ({ children }) => <ChatProvider chat={chat.client}>{children}</ChatProvider>,
    });
  };

  it('is where one begins to read, once it is known how far one had read', () => {
    const entries = [entry(5), entry(6)];
    const { result, rerender } = show(entries);
    expect(result.current).toMatchObject({ start: undefined, above: undefined });
    rerender({ entries, readUpTo: 5 });
    expect(result.current).toMatchObject({ start: 1, above: '0-6' });
  });

  it('is drawn when the first unread one comes with an older page, and nobody is taken there', () => {
    const { result, rerender } = show([entry(8), entry(9)], 5);
    expect(result.current.above).toBeUndefined();
    rerender({ entries: [entry(7), entry(8), entry(9)], readUpTo: 5 });
    expect(result.current.above).toBeUndefined();
    rerender({ entries: [5, 6, 7, 8, 9].map((seq) => entry(seq)), readUpTo: 5 });
    expect(result.current).toMatchObject({ start: undefined, above: '0-6' });
  });

  it('is not drawn above a message that was deleted while one was away', async () => {
    const chat = new TestChat();
    chat.addHistory('0', '2', 'seen');
    await chat.start();
    await chat.client.open('0');
    const { result } = renderHook(() => useNewLine('0', chat.client.view('0').entries, 1, { current: false }), {
      wrapper: ({ children }) => <ChatProvider chat={chat.client}>{children}</ChatProvider>,
    });
    chat.loseConnection();
    for (const text of ['gone', 'new']) chat.receive('0', '2', text);
    chat.deleteElsewhere(chat.find('0', 'gone'));
    const { id } = chat.find('0', 'new');
    chat.comeBack();
    await act(settle);
    await waitFor(() => expect(result.current.above).toBe(id));
  });

  it('does not come with an older page where all was read, or once one has done with it', () => {
    const { result, rerender } = show([entry(5)], 5);
    rerender({ entries: [entry(4), entry(5), entry(6)], readUpTo: 5 });
    expect(result.current.above).toBeUndefined();

    const other = show([entry(8), entry(9)], 5);
    act(() => other.result.current.clear());
    other.rerender({ entries: [entry(5), entry(6), entry(8), entry(9)], readUpTo: 5 });
    expect(other.result.current.above).toBeUndefined();
  });
});
