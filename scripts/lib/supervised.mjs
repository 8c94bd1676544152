// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { BackOff } from './back-off.mjs';
import { Refusal, say } from './terminal.mjs';

/**
 * A process that was started.
 * @typedef {object} Running
 * @property {Promise<unknown>} ready resolves when it serves
 * @property {Promise<import('./process.mjs').End>} exited
 * @property {(signal: NodeJS.Signals) => unknown} kill
 * @property {() => string} lastWords what it said before it ended, for people
 */

/** @typedef {import('./process.mjs').End & { lifeMs: number, text: string, fatal?: Error }} Ended */

/** A process that is started again, with back-off, whenever it ends. */
export class Supervised {
  #stopping = new AbortController();
  #backOff = new BackOff();
  /** @type {Running | undefined} */
  #running;
  /** @type {Promise<void> | undefined} */
  #loop;
  /** @type {(nothing?: undefined) => void} */
  #served = () => undefined;
  /** @type {(error: unknown) => void} */
  #gaveUp = () => undefined;
  #wanted = false;
  #hasServed = false;
  /** Whether it serves now. */
  up = false;

  /**
   * @param {string} name for people
   * @param {(signal: AbortSignal) => Running | Promise<Running>} launch
   * @param {() => void} [changed] hears when it serves, and when it has ended
   */
  constructor(name, launch, changed = () => undefined) {
    this.name = name;
    this.launch = launch;
    this.changed = changed;
    /**
     * Resolves when it serves for the first time; rejects with a Refusal when it ended by itself before.
     * @type {Promise<void>}
     */
    this.firstReady = new Promise((resolve, reject) => {
      this.#served = resolve;
      this.#gaveUp = reject;
    });
    this.firstReady.catch(() => undefined);
  }

  /** @returns {this} */
  start() {
    this.#loop = this.#keepRunning();
    return this;
  }

  /** Ends it and starts it again at once. */
  restart() {
    this.#wanted = this.#running !== undefined;
    this.#running?.kill('SIGTERM');
  }

  /**
   * Asks it to end; ends it by force after `timeoutMs`. Resolves when it is gone.
   * @param {number} timeoutMs
   */
  async stop(timeoutMs) {
    this.#stopping.abort();
    const timer = setTimeout(() => this.kill(), timeoutMs);
    this.#running?.kill('SIGTERM');
    await this.#loop;
    clearTimeout(timer);
  }

  /** Ends it by force. */
  kill() {
    this.#stopping.abort();
    this.#running?.kill('SIGKILL');
  }

  /**
   * How long to wait before it is started again.
   * @param {Ended} end
   * @throws Error when that is no use
   */
  pauseAfter({ text, fatal, lifeMs }) {
    if (this.#wanted) {
      this.#wanted = false;
      return 0;
    }
    if (fatal && !this.#hasServed) throw fatal;
    const waitMs = this.#backOff.after(lifeMs);
    say(`${this.name} ended (${text}); starting it again in ${waitMs} ms`);
    return waitMs;
  }

  async #keepRunning() {
    const { signal } = this.#stopping;
    try {
      while (!signal.aborted) {
        const began = performance.now();
        const end = await this.#runOnce(signal);
        if (signal.aborted) break;
        const waitMs = this.pauseAfter({ ...end, lifeMs: performance.now() - began });
        await pause(waitMs, undefined, { signal }).catch(() => undefined);
      }
    } catch (error) {
      this.#gaveUp(error);
    }
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<Omit<Ended, 'lifeMs'>>} how it ended; `fatal`: if this was the first time, it is no use trying again
   */
  async #runOnce(signal) {
    let running;
    try {
      running = await this.launch(signal);
    } catch (error) {
      const fatal = error instanceof Error ? error : new Error(String(error));
      return { code: null, signal: null, text: fatal.message, fatal };
    }
    this.#running = running;
    if (signal.aborted) running.kill('SIGTERM');
    running.ready.then(
      () => {
        this.up = true;
        this.#hasServed = true;
        this.#served();
        this.changed();
      },
      () => undefined,
    );
    const { code, signal: by } = await running.exited;
    this.up = false;
    this.#running = undefined;
    this.changed();
    const text = by ?? (code === null ? 'gone' : `exit code ${code}`);
    // A signal came from outside: worth another try. An exit of its own, before it ever served, is not.
    const fatal = by ? undefined : new Refusal(`${this.name} could not start (${text}). ${running.lastWords()}`.trim());
    return { code, signal: by, text, fatal };
  }
}
