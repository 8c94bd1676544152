import { FAULT_KINDS, faultKindsOn, heldBy, planFaults } from './plan';
import { Random } from './random';

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const MINUTE = 60_000;

it.each([1, 2, 5, 10])('has every kind in each run of %d minutes, in time', (minutes) => {
  for (const seed of SEEDS) {
    const faults = planFaults(new Random(seed), minutes * MINUTE);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(faultKindsOn('standalone')));
    const end = Math.max(...faults.map(({ startMs, durationMs }) => startMs + durationMs));
    expect(end).toBeLessThan(1.3 * minutes * MINUTE);
  }
});

it('has several at a time', () => {
  for (const seed of SEEDS) {
    const faults = planFaults(new Random(seed), MINUTE);
    const beside = faults.filter((a) =>
      faults.some((b) => a !== b && a.startMs >= b.startMs && a.startMs <= b.startMs + b.durationMs),
    );
    expect(beside.length).toBeGreaterThan(faults.length / 3);
  }
});

it('never has two faults on the same thing', () => {
  for (const seed of SEEDS) {
    const freeAt = new Map<string, number>();
    for (const fault of planFaults(new Random(seed), 5 * MINUTE)) {
      for (const thing of heldBy(fault)) {
        expect(fault.startMs).toBeGreaterThan(freeAt.get(thing) ?? -1);
        freeAt.set(thing, fault.startMs + fault.durationMs);
      }
    }
  }
});

it('begins a long run with each kind by itself', () => {
  const faults = planFaults(new Random(42), 6 * MINUTE, FAULT_KINDS).slice(0, FAULT_KINDS.length);
  expect(new Set(faults.map(({ kind }) => kind)).size).toBe(FAULT_KINDS.length);
  for (const [i, fault] of faults.entries()) {
    const before = faults[i - 1];
    if (before) expect(fault.startMs).toBeGreaterThan(before.startMs + before.durationMs + 5000);
  }
});

it('is the same for the same seed, and another for another', () => {
  const plan = (seed: number) => JSON.stringify(planFaults(new Random(seed), MINUTE));
  expect(plan(42)).toBe(plan(42));
  expect(plan(42)).not.toBe(plan(43));
});

it('has a master that fails where another server can take over, and slots that move on a Cluster alone', () => {
  const more = (kind: 'cluster' | 'sentinel') =>
    faultKindsOn(kind).filter((one) => !faultKindsOn('standalone').includes(one));
  expect(more('sentinel')).toEqual(['master killed', 'master frozen', 'replicas killed']);
  expect(more('cluster')).toEqual([...more('sentinel'), 'slots moved']);
});
