import { readOptions } from './options';

it('has a default for everything', () => {
  expect(readOptions([])).toMatchObject({
    scenario: 'faults',
    minutes: 5,
    fsync: 'always',
    redis: 'standalone',
    wait: 0,
    relay: 'messages',
    clients: 50,
    keepLogs: false,
  });
});

it('reads what is given', () => {
  expect(
    readOptions(['--minutes', '1', '--seed', '42', '--fsync', 'everysec', '--scenario', 'truncated']),
  ).toMatchObject({
    minutes: 1,
    seed: 42,
    fsync: 'everysec',
    scenario: 'truncated',
  });
});

it.each([
  ['--minutes', 'soon'],
  ['--minutes', '0'],
  ['--seed', '-1'],
  ['--fsync', 'never'],
  ['--relay', 'radio'],
  ['--redis', 'several'],
  ['--wait', 'yes'],
  ['--scenario', 'other'],
  ['--speed', '2'],
])('refuses %s %s', (name, value) => {
  expect(() => readOptions([name, value])).toThrow(name);
});
