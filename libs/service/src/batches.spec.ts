import { batches } from './batches';

it.each([
  [[], 2, []],
  [[1], 2, [[1]]],
  [[1, 2], 2, [[1, 2]]],
  [[1, 2, 3, 4, 5], 2, [[1, 2], [3, 4], [5]]],
])('%j in parts of %i', (list, size, parts) => {
  expect([...batches<number>(list, size)]).toEqual(parts);
});
