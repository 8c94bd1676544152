import { KnownNames } from './known-names';

const asked: string[][] = [];
const ask = (names: Record<string, string>) => async (ids: string[]) => {
  asked.push(ids);
  return new Map(ids.flatMap((id) => (names[id] ? [[id, names[id]] as [string, string]] : [])));
};
const OLD = { 1: 'Pablo', 2: 'Joe' };
beforeEach(() => {
  asked.length = 0;
});

it('asks for each name once, and again for who has none', async () => {
  const known = new KnownNames();
  expect([...(await known.of(['1', '3'], 'e', ask(OLD)))]).toEqual([['1', 'Pablo']]);
  expect([...(await known.of(['1', '2', '3'], 'e', ask(OLD)))].sort()).toEqual([
    ['1', 'Pablo'],
    ['2', 'Joe'],
  ]);
  await known.of(['1', '2'], 'e', ask(OLD));
  expect(asked).toEqual([
    ['1', '3'],
    ['2', '3'],
  ]);
});

it('knows nothing of another database, nor of one without a name', async () => {
  const known = new KnownNames();
  await known.of(['1'], 'e', ask(OLD));
  expect((await known.of(['1'], 'f', ask({ 1: 'Ann' }))).get('1')).toBe('Ann');
  expect((await known.of(['1'], null, ask({ 1: 'Bob' }))).get('1')).toBe('Bob');
  expect((await known.of(['1'], null, ask({ 1: 'Eve' }))).get('1')).toBe('Eve');
});

it('keeps nothing that was asked for of a database before', async () => {
  const known = new KnownNames();
  let answer = (_: Map<string, string>) => {};
  const late = known.of(['1'], 'e', () => new Promise((resolve) => (answer = resolve)));
  await known.of(['2'], 'f', ask({ 2: 'Ann' }));
  answer(new Map([['1', 'Pablo']]));
  await late;
  expect((await known.of(['1'], 'f', ask({ 1: 'Bob' }))).get('1')).toBe('Bob');
});
