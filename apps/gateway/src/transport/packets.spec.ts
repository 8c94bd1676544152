import fc from 'fast-check';
import { readHead } from './packets';

describe('the head of a packet', () => {
  it.each([
    ['2["message",{}]', { name: 'message', id: undefined, at: 1 }],
    ['27["message",{}]', { name: 'message', id: '7', at: 2 }],
    ['2123["room.join","0"]', { name: 'room.join', id: '123', at: 4 }],
    ['2', { name: undefined, id: undefined, at: 1 }],
    ['20', { name: undefined, id: '0', at: 2 }],
    ['2[1]', { name: undefined, id: undefined, at: 1 }],
    ['25 ["x"]', { name: undefined, id: '5', at: 2 }],
    ['25["x', { name: undefined, id: '5', at: 2 }],
    ['25["a\\"b"]', { name: 'a\\', id: '5', at: 2 }],
    [`2${'9'.repeat(400)}["x"]`, { name: 'x', id: undefined, at: 401 }],
  ])('%s is %j', (packet, head) => {
    expect(readHead(packet, 1)).toEqual(head);
  });

  it('is what Socket.IO writes, whatever name and id', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w.: -]{0,30}$/), fc.option(fc.nat()), fc.jsonValue(), (name, id, value) => {
        const packet = `2${id ?? ''}${JSON.stringify([name, value])}`;
        expect(readHead(packet, 1)).toMatchObject({ name, id: id === null ? undefined : String(id) });
      }),
    );
  });
});
