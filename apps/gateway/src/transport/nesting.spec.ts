import fc from 'fast-check';
import { isDeeper } from './nesting';

describe('nesting', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

  it('is known without reading, for any JSON and any layout of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(10), fc.constantFrom(undefined, 2), (value, levels, indent) => {
        expect(isDeeper(JSON.stringify(value, null, indent), levels)).toBe(depthOf(value) > levels);
      }),
      { numRuns: 500 },
    );
  });

  it('does not look into texts', () => {
    for (const text of ['[[[[', '{"', '\\', '\\"[[[[', '"[[[[', '\u2028[[[[']) {
      expect(isDeeper(JSON.stringify([text, { [text]: [text] }]), 3)).toBe(false);
      expect(isDeeper(JSON.stringify([text, { [text]: [text] }]), 2)).toBe(true);
    }
  });

  it('costs no more than the length, whatever stands there', () => {
    for (const text of ['['.repeat(1e6), '"'.repeat(1e6), '\\'.repeat(1e6), '"\\'.repeat(5e5), '[]'.repeat(5e5)]) {
      const began = performance.now();
      isDeeper(text, 32);
      expect(performance.now() - began).toBeLessThan(200);
    }
  });
});
