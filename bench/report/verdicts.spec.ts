import type { Scenario } from '../scenario';
import { judge } from './verdicts';

const scenario: Scenario = {
  name: 'one',
  order: 1,
  title: 'One',
  systems: ['ours'],
  run: () => Promise.resolve({}),
  goals: [{ what: 'cost', unit: 'µs', ours: { system: 'ours', measure: 'us' }, atMost: 60, atMostBefore24: 75 }],
};
const round = (node: string, us: number) => ({
  scenario: 'one',
  system: 'ours',
  round: 1,
  node,
  tookS: 1,
  measurements: { us },
});

it('judges by what is to be reached on that Node.js', () => {
  const verdicts = judge([scenario], [round('20.19.0', 70), round('24.1.0', 70)]);
  expect(verdicts.map(({ node, goal, isMet }) => [node, goal.atMost, isMet])).toEqual([
    ['20.19.0', 75, true],
    ['24.1.0', 60, false],
  ]);
});
