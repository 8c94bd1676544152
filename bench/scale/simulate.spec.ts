import { gatewayLoad } from './model';
import { simulate } from './simulate';
import { costs } from './spec-support/costs';

/** The same numbers each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

it('agrees with the model on what all gateways do together', () => {
  const messages = 3000;
  const loads = simulate(costs, { connections: 5000, gateways: 4, audience: 40, messages }, seeded(3));
  const together = loads.reduce((sum, load) => sum + load, 0);
  const share = { sent: messages / 4, copies: (messages * 40) / 4, heard: messages };
  expect(together / (4 * gatewayLoad(costs, share))).toBeCloseTo(1, 1);
  expect(Math.max(...loads) / (together / 4)).toBeLessThan(1.2);
});

it('is what one gateway does when there is one', () => {
  const [load] = simulate(costs, { connections: 100, gateways: 1, audience: 2, messages: 10 }, () => 0);
  expect(load).toBeCloseTo(gatewayLoad(costs, { sent: 10, copies: 20, heard: 10 }));
});
