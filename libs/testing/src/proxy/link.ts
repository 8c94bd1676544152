import type { Socket } from 'node:net';

/**
 * One connection through a proxy, both ways. It can be cut, slowed, or frozen: half-open, so that each side believes in
 * it and what either says is gone.
 */
export class Link {
  private frozen = false;
  private lossy = false;
  private readonly ways: Way[];

  /** @param closed called once when neither side is left */
  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    closed: () => void,
  ) {
    this.ways = [new Way(near, far), new Way(far, near)];
    for (const [i, side] of [near, far].entries()) {
      const other = i === 0 ? far : near;
      side.setNoDelay(true);
      side.on('data', (chunk) => this.carry(this.ways[i] as Way, chunk));
      side.on('end', () => this.carry(this.ways[i] as Way, undefined));
      // The other side learns of it by 'close'.
      side.on('error', () => undefined);
      side.on('close', (failed) => {
        if (this.frozen) this.lossy = true;
        else if (failed) other.resetAndDestroy();
        else (this.ways[i] as Way).carry(undefined);
        if (near.destroyed && far.destroyed) closed();
      });
    }
  }

  /** Ends it for both sides. */
  cut(): void {
    this.near.resetAndDestroy();
    this.far.resetAndDestroy();
  }

  /** @param ms how long each chunk takes; 0: as fast as it goes */
  slow(ms: number): void {
    for (const way of this.ways) way.delayMs = ms;
  }

  freeze(): void {
    this.frozen = true;
  }

  /** Goes on, unless something was lost meanwhile: then both sides are told that it is dead. */
  thaw(): void {
    this.frozen = false;
    if (this.lossy) this.cut();
  }

  private carry(way: Way, chunk: Buffer | undefined): void {
    if (this.frozen) this.lossy = true;
    else way.carry(chunk);
  }
}

/** One direction: keeps the order whatever the delay, and does not take more than the receiver does. */
class Way {
  delayMs = 0;
  private readonly queue: { chunk: Buffer | undefined; due: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {
    to.on('drain', () => from.resume());
  }

  /** @param chunk undefined: the end */
  carry(chunk: Buffer | undefined): void {
    this.queue.push({ chunk, due: performance.now() + this.delayMs });
    if (!this.timer) this.flush();
  }

  private flush(): void {
    this.timer = undefined;
    for (let next = this.queue[0]; next; next = this.queue[0]) {
      const wait = this.delayMs === 0 ? 0 : next.due - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.flush(), wait);
        return;
      }
      this.queue.shift();
      this.write(next.chunk);
    }
  }

  private write(chunk: Buffer | undefined): void {
    if (this.to.destroyed || this.to.writableEnded) return;
    if (chunk === undefined) this.to.end();
    else if (!this.to.write(chunk)) this.from.pause();
  }
}
