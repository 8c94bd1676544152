/** Redis' clock as seen from here, good to about half a round trip. */
export class RedisClock {
  private offset = Date.now() - performance.now();
  private lastTrip = Number.POSITIVE_INFINITY;

  /** Milliseconds since the epoch, by Redis. */
  now(): number {
    return performance.now() + this.offset;
  }

  /**
   * @param redisMs what Redis said
   * @param sent when it was asked
   * @param received when it answered; both monotonic
   */
  learn(redisMs: number, sent: number, received: number): void {
    const trip = received - sent;
    // A single slow answer is ignored; if the answers stay slow, they are used.
    if (trip <= 2 * this.lastTrip) this.offset = redisMs - (sent + received) / 2;
    this.lastTrip = trip;
  }
}
