import { together } from './turn';

it('what is asked in one turn is one question, in parts that are not too large', async () => {
  const asked: number[][] = [];
  const double = together(async (numbers: readonly number[]) => {
    asked.push([...numbers]);
    return numbers.map((n) => 2 * n);
  }, 2);
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(await double(4)).toBe(8);
  expect(asked).toEqual([[1, 2], [3], [4]]);
});

it('what is wrong with one question keeps no other from its answer', async () => {
  const ask = together(async (names: readonly string[]) => {
    if (names.includes('bad')) throw new Error('no');
    return names;
  }, 10);
  expect(await Promise.allSettled(['good', 'bad', 'better'].map(ask))).toMatchObject([
    { status: 'fulfilled', value: 'good' },
    { status: 'rejected' },
    { status: 'fulfilled', value: 'better' },
  ]);
});
