import { renderHook, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useLoaded } from './loaded';

it('loads a part when it is wanted, and tries again the next time after a failure', async () => {
  const answers: (() => Promise<string>)[] = [() => Promise.reject(new Error('offline')), async () => 'the part'];
  const load = () => answers.shift()?.() ?? Promise.reject(new Error('asked too often'));
  const { result, rerender } = renderHook(({ wanted }) => useLoaded(load, wanted), { initialProps: { wanted: false } });
  expect(answers).toHaveLength(2);

  rerender({ wanted: true });
  await waitFor(() => expect(result.current).toEqual({ failed: true }));
  rerender({ wanted: false });
  expect(result.current.failed).toBe(false);
  rerender({ wanted: true });
  await waitFor(() => expect(result.current).toEqual({ part: 'the part', failed: false }));
});
