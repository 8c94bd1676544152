import { clientFrame, countOf, findMark, frameEnd, markedText, markOf, payloadStart, senderOf } from './frames';

/** As a server sends it. */
function serverFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? [0x81, body.length] : [0x81, 126, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from(head), body]);
}

it.each([0, 1, 125, 126, 127, 300, 65_535])('finds the end and the payload of a frame of %i bytes', (length) => {
  const text = 'x'.repeat(length);
  const frame = serverFrame(text);
  const bytes = Buffer.concat([Buffer.from('before'), frame, Buffer.from('after')]);
  expect(frameEnd(bytes, 6, bytes.length)).toBe(6 + frame.length);
  expect(bytes.toString('latin1', payloadStart(bytes, 6), 6 + frame.length)).toBe(text);
});

it('reads a length of eight bytes', () => {
  const bytes = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 42]);
  expect(frameEnd(bytes, 0, bytes.length)).toBe(10 + 65_536);
  expect(payloadStart(bytes, 0)).toBe(10);
});

it('tells that a head is not all there', () => {
  const frame = serverFrame('x'.repeat(300));
  expect([0, 1, 2, 3].map((end) => frameEnd(frame, 0, end))).toEqual([-1, -1, -1, -1]);
  expect(frameEnd(frame, 0, 4)).toBe(304);
});

it('masks what a client sends, with zero', () => {
  const frame = clientFrame('hello');
  expect([...frame.subarray(0, 6)]).toEqual([0x81, 0x85, 0, 0, 0, 0]);
  expect(frame.toString('latin1', 6)).toBe('hello');
  expect([...clientFrame('x'.repeat(300)).subarray(0, 8)]).toEqual([0x81, 0xfe, 1, 44, 0, 0, 0, 0]);
});

it('finds the mark of a message wherever it stands', () => {
  const mark = markOf(712, 987_654);
  expect([senderOf(mark), countOf(mark)]).toEqual([712, 987_654]);
  const text = markedText(mark, 100);
  expect(text).toHaveLength(100);
  const bytes = Buffer.from(`42["message",{"id":"1@2","message":"${text}","roomId":"7"}]`);
  expect(findMark(bytes, 0, bytes.length)).toBe(mark);
  expect(findMark(bytes, 0, 40)).toBe(-1);
  expect(findMark(Buffer.from('42["hello",{}]'), 0, 14)).toBe(-1);
});
