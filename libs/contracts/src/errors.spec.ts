import { z } from 'zod';
import { ChatError, errorBodySchema, parse } from '.';

const refusal = (schema: z.ZodType, value: unknown): ChatError => {
  try {
    parse(schema, value);
  } catch (error) {
    if (error instanceof ChatError) return error;
  }
  throw new Error('not refused');
};

it('gives the parsed value', () => {
  expect(parse(z.object({ a: z.coerce.number() }), { a: '5' })).toEqual({ a: 5 });
});

it('names the field that is wrong, never what it holds', () => {
  const schema = z.strictObject({ user: z.strictObject({ age: z.number(), kind: z.enum(['a', 'b']).optional() }) });
  for (const value of [
    { user: { age: 's3cret' } },
    { user: { age: 1, kind: 's3cret' } },
    { user: 's3cret' },
    's3cret',
  ]) {
    const error = refusal(schema, value);
    expect(error.code).toBe('invalid');
    expect(error.message).not.toContain('s3cret');
  }
  expect(refusal(schema, { user: { age: 's3cret' } }).message).toMatch(/^user\.age: /);
});

it('crosses a boundary and comes back the same', () => {
  for (const error of [new ChatError('conflict', 'Taken'), new ChatError('rate_limited', 'Later', 1500)]) {
    const body = errorBodySchema.parse(JSON.parse(JSON.stringify(error.toBody())));
    expect(ChatError.from(body)).toMatchObject({ ...error, message: error.message });
  }
  expect(new ChatError('conflict', 'Taken').toBody()).toEqual({ code: 'conflict', message: 'Taken' });
});
