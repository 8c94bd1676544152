import { growthOf, type MemorySample } from './memory';

const MIB = 2 ** 20;
/** @param rssAt and `heapAt`: MiB at a second */
const life = (seconds: number, rssAt: (second: number) => number, heapAt = (_: number) => 30): MemorySample[] =>
  Array.from({ length: seconds / 5 }, (_, i) => ({
    atMs: i * 5000,
    rss: rssAt(i * 5) * MIB,
    heap: heapAt(i * 5) * MIB,
  }));

it('tells a leak from a warm-up and from swings', () => {
  expect(growthOf(life(300, (second) => 100 + second * 0.3))).toMatchObject({ isGrowing: true });
  expect(growthOf(life(300, (second) => (second < 60 ? 80 + second : 140)))).toMatchObject({ isGrowing: false });
  expect(growthOf(life(300, (second) => 100 + (second % 40)))).toMatchObject({ isGrowing: false });
  expect(growthOf(life(300, (second) => (second < 180 ? 100 : 180)))).toMatchObject({ isGrowing: false });
});

it('sees a leak of objects that the process still has room for', () => {
  const leaking = life(
    300,
    () => 120,
    (second) => 30 + second * 0.05,
  );
  expect(growthOf(leaking)).toMatchObject({ isGrowing: true });
});

it('says how fast', () => {
  expect(growthOf(life(300, (second) => 100 + second * 0.2))?.rssPerMinute).toBeCloseTo(12 * MIB, -3);
});

it('does not judge a short life', () => {
  expect(growthOf(life(120, (second) => 100 + second))).toBeUndefined();
});
