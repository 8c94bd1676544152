import { toChatError } from '../transport/error.filter';

const PAUSE_MS = 500;
const PAUSE_MAX_MS = 5000;

/**
 * Repeats a call until its outcome is known: for a sender who cannot repeat it safely. Giving up sooner would let what
 * was sent after it overtake it, since a request without an answer may still be handled.
 * @param retryMs after which it gives up
 * @throws ChatError any but a passing one at once; a passing one at the end
 */
export async function untilAnswered<T>(call: () => Promise<T>, retryMs: number): Promise<T> {
  const end = performance.now() + retryMs;
  for (let pause = PAUSE_MS; ; pause = Math.min(2 * pause, PAUSE_MAX_MS)) {
    try {
      return await call();
    } catch (error) {
      const { code } = toChatError(error);
      if ((code !== 'unavailable' && code !== 'overloaded') || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
