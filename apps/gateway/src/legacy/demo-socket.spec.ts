import { readSend } from './demo-socket';

const invalid = expect.objectContaining({ code: 'invalid' });

describe('a message', () => {
  it("in the demo's form is stripped of what is not believed", () => {
    const body = { from: '7', date: 1, message: 'Hello', roomId: 0, more: {} };
    expect(readSend(body)).toEqual({ roomId: '0', message: 'Hello' });
  });

  it('in our form is taken as it is, and nothing beyond it', () => {
    const body = { roomId: '1:2', message: 'Hello', clientId: 'client-id-0' };
    expect(readSend(body)).toEqual(body);
    expect(() => readSend({ ...body, from: '7' })).toThrow(invalid);
    expect(() => readSend({ ...body, roomId: 0 })).toThrow(invalid);
    expect(() => readSend({ ...body, clientId: 'short' })).toThrow(invalid);
    expect(() => readSend({ ...body, clientId: null })).toThrow(invalid);
  });

  it.each([undefined, null, 5, 'x', [], {}, { message: 'x' }, { roomId: '0' }, { roomId: {}, message: 'x' }])(
    '%j is invalid',
    (body) => {
      expect(() => readSend(body)).toThrow(invalid);
    },
  );
});
