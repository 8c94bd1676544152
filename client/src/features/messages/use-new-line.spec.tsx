import type { Entry } from '@app/client';
import { act, renderHook, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ChatProvider } from '../../lib/chat';
import { settle, TestChat } from '../../testing/test-chat';
import type { Unread } from './first-unread';
import { useNewLine } from './use-new-line';

const read5: Unread = { read: 5, unread: 4, seq: 9 };
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

describe('the line', () => {
  const show = (entries: Entry[], room?: Unread) => {
    const chat = new TestChat();
    return renderHook(({ entries, room }) => useNewLine('0', entries, room, { current: true }), {
      initialProps: { entries, room },
      wrapper: ({ children }) => <ChatProvider chat={chat.client}>{children}</ChatProvider>,
    });
  };

  it('is where one begins to read, once it is known how far one had read', () => {
    const entries = [entry(5), entry(6)];
    const { result, rerender } = show(entries);
    expect(result.current).toMatchObject({ start: undefined, above: undefined });
    rerender({ entries, room: read5 });
    expect(result.current).toMatchObject({ start: 1, above: '0-6' });
  });

  it('is drawn when the first unread one comes with an older page, and nobody is taken there', () => {
    const { result, rerender } = show([entry(8), entry(9)], read5);
    expect(result.current.above).toBeUndefined();
    rerender({ entries: [entry(7), entry(8), entry(9)], room: read5 });
    expect(result.current.above).toBeUndefined();
    rerender({ entries: [5, 6, 7, 8, 9].map((seq) => entry(seq)), room: read5 });
    expect(result.current).toMatchObject({ start: undefined, above: '0-6' });
  });

  it('is not drawn above a message that was deleted while one was away', async () => {
    const chat = new TestChat();
    chat.addHistory('0', '2', 'seen');
    await chat.start();
    await chat.client.open('0');
    const { result } = renderHook(
      () => useNewLine('0', chat.client.view('0').entries, { read: 1, unread: 0, seq: 1 }, { current: false }),
      {
        wrapper: ({ children }) => <ChatProvider chat={chat.client}>{children}</ChatProvider>,
      },
    );
    chat.loseConnection();
    for (const text of ['gone', 'new']) chat.receive('0', '2', text);
    chat.deleteElsewhere(chat.find('0', 'gone'));
    const { id } = chat.find('0', 'new');
    chat.comeBack();
    await act(settle);
    await waitFor(() => expect(result.current.above).toBe(id));
  });

  it('does not come with an older page where all was read, or once one has done with it', () => {
    const { result, rerender } = show([entry(5)], read5);
    rerender({ entries: [entry(4), entry(5), entry(6)], room: read5 });
    expect(result.current.above).toBeUndefined();

    const other = show([entry(8), entry(9)], read5);
    act(() => other.result.current.clear());
    other.rerender({ entries: [entry(5), entry(6), entry(8), entry(9)], room: read5 });
    expect(other.result.current.above).toBeUndefined();
  });
});
