export interface RetryOptions {
  /** Before the second try; it doubles with each further one, up to `maxPauseMs`. */
  pauseMs: number;
  /** As `pauseMs` when not said. */
  maxPauseMs?: number;
  /** False: nobody needs it any more. */
  isWanted?: () => boolean;
  /** Hears of each failure; what it throws ends the tries. */
  failed?: (error: unknown) => void;
}

/**
 * Tries until it succeeds, with a pause after each try that failed.
 * @param attempt resolves with `false` when there is nothing to tell and it is to be tried again
 * @returns what it resolved with; undefined: it was not wanted any more
 */
export async function retry<T>(
  attempt: () => Promise<T | false>,
  { pauseMs, maxPauseMs = pauseMs, isWanted = () => true, failed }: RetryOptions,
): Promise<T | undefined> {
  for (let ms = pauseMs; isWanted(); ms = Math.min(2 * ms, maxPauseMs)) {
    try {
      const result = await attempt();
      if (result !== false) return result;
    } catch (error) {
      failed?.(error);
    }
    await new Promise((resolve) => setTimeout(resolve, ms).unref());
  }
  return undefined;
}
