import { Json } from './json';
import { parseEntry, parseReplies, replyPayload, requestsField, textReply } from './wire';

describe('an entry', () => {
  const requests = [{ pattern: 'rooms.open', data: { a: 1 }, id: '1', replyTo: 'reply:x', ttlMs: 10, key: 'k' }];

  it('gives back the requests that were put in, and when', () => {
    const text = requestsField(requests.map((request) => JSON.stringify(request)));
    expect(parseEntry('1700000000123-4', ['requests', text])).toEqual({ requests, attempts: 0, at: 1700000000123 });
  });

  it('that was split off carries its tries and its first time', () => {
    const fields = ['requests', JSON.stringify(requests), 'attempts', '2', 'at', '1600000000000'];
    expect(parseEntry('1700000000123-4', fields)).toEqual({ requests, attempts: 2, at: 1600000000000 });
  });

  it.each([[[]], [['requests']], [['requests', '{']], [['requests', '{}']], [['requests', '[1]']], [['x', 'y']]])(
    'has no requests when it is none: %j',
    (fields) => {
      expect(parseEntry('1-1', fields).requests).toEqual([]);
    },
  );

  const OTHERS: unknown[] = [null, true, [], {}, ['x'], { toString: 'x' }, 'x', 1];
  it.each([
    ['pattern', 'string'],
    ['id', 'string'],
    ['replyTo', 'string'],
    ['ttlMs', 'number'],
    ['key', 'string'],
    ['trace', 'string'],
    ['span', 'string'],
    ['asText', 'boolean'],
  ])('has no requests when the field %s of one of them is no %s', (field, type) => {
    for (const value of OTHERS.filter((other) => typeof other !== type)) {
      const text = JSON.stringify([requests[0], { ...requests[0], [field]: value }]);
      expect([value, parseEntry('1-1', ['requests', text]).requests]).toEqual([value, []]);
    }
  });

  it('may have fields that a later version writes', () => {
    const later = { ...requests[0], priority: [1] };
    expect(parseEntry('1-1', ['requests', JSON.stringify([later])]).requests).toEqual([later]);
  });

  it.each(['', 'x', '-1', '1.5', 'NaN', 'Infinity', '1e400', '9007199254740993'])(
    'has no requests when its tries or its time are %j',
    (value) => {
      for (const field of ['attempts', 'at']) {
        const fields = ['requests', JSON.stringify(requests), field, value];
        expect([field, parseEntry('1-1', fields).requests]).toEqual([field, []]);
      }
    },
  );
});

describe('answers of one moment', () => {
  it('come back as they were given, values read and texts unread', () => {
    const values = [
      { id: '1', value: { a: [1] } },
      { id: '2', error: { code: 'forbidden', message: 'no' } },
    ];
    const payload = replyPayload(
      values.map((reply) => JSON.stringify(reply)),
      false,
    );
    expect(parseReplies(payload)).toEqual(values);
    const texts = [textReply('3', new Json('{"a":"b c"}')), textReply('4', new Json('null'))];
    expect(parseReplies(replyPayload(texts, true))).toEqual([
      { id: '3', value: new Json('{"a":"b c"}') },
      { id: '4', value: new Json('null') },
    ]);
  });

  it.each(['', 'x', '{}', '[1,null]', '[{"id":1}]'])('are none in %j', (payload) => {
    expect(parseReplies(payload)).toEqual([]);
  });
});
