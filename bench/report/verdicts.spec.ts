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
const round = (node: string, us: number, system = 'ours', number = 1) => ({
  scenario: 'one',
  system,
  round: number,
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

it('compares the rounds in which both were measured', () => {
  const [goal] = scenario.goals;
  const beside = {
    ...scenario,
    goals: [{ ...goal, atMostBefore24: undefined, peer: { system: 'peer', measure: 'us' } }],
  };
  const rounds = [round('24.1.0', 80), round('24.1.0', 40, 'peer'), round('24.1.0', 10, 'ours', 2)];
  expect(judge([beside as Scenario], rounds)).toMatchObject([{ ours: 80, peer: 40, measured: { median: 2 } }]);
});
