import type { Sent } from './record';
import { interruptions, recoveries } from './recovery';

const sent = (at: number, settledAt?: number): Sent => ({
  key: `${at}`,
  roomId: '0',
  group: 0,
  at,
  settledAt,
  acked: [],
  refused: [],
});

it('merges what a client waited for with the times it was cut off', () => {
  const log = { sent: [sent(0, 100), sent(1000, 4000), sent(2000, 2100), sent(3000, 5000), sent(9000)] };
  expect(interruptions(log, [{ from: 3500, to: 6000 }])).toEqual([
    { from: 1000, to: 6000 },
    { from: 9000, to: Number.POSITIVE_INFINITY },
  ]);
});

it('counts a sudden fault from its beginning, a lasting one from its end', () => {
  const clients = [[{ from: 1100, to: 3000 }], [{ from: 1200, to: 6000 }], []];
  const killed = recoveries([{ kind: 'gateway killed', target: 'gateway-1', from: 1000, to: 2000 }], clients);
  expect(killed.get('gateway killed')).toEqual({ clients: 2, medianMs: 2000, maxMs: 5000, isAlone: true });
  const frozen = recoveries([{ kind: 'Redis frozen', target: 'Redis', from: 1000, to: 4000 }], clients);
  expect(frozen.get('Redis frozen')).toEqual({ clients: 2, medianMs: 0, maxMs: 2000, isAlone: true });
});

it('prefers what was measured with nothing else broken', () => {
  const other = { kind: 'clock off', target: 'auth-1', from: 50_000, to: 60_000 } as const;
  const alone = { kind: 'gateway killed', target: 'gateway-1', from: 1000, to: 2000 } as const;
  const beside = { ...alone, from: 51_000, to: 52_000 };
  const clients = [
    [
      { from: 1000, to: 2500 },
      { from: 51_000, to: 59_000 },
    ],
  ];
  expect(recoveries([alone, other, beside], clients).get('gateway killed')).toMatchObject({
    maxMs: 1500,
    isAlone: true,
  });
  expect(recoveries([other, beside], clients).get('gateway killed')).toMatchObject({ maxMs: 8000, isAlone: false });
});
