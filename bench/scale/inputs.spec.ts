import { measured } from './inputs';

it("takes the median of a figure's rounds, and says which was not measured", () => {
  const round = (value: number, system = 'ours', node = '24') => ({
    scenario: 'hear',
    system,
    node,
    round: 1,
    measurements: { us: value },
  });
  const results = {
    machine: {} as never,
    rounds: [round(90, 'ours', '20'), round(1), round(5), round(100, 'other'), round(2)],
  };
  expect(measured(results, 'hear', 'us')).toBe(2);
  expect(() => measured(results, 'hear', 'ms')).toThrow('Not measured: ms of hear');
});
