import { setTimeout as pause } from 'node:timers/promises';
import { BackOff } from './back-off.mjs';
import { Refusal, say } from './terminal.mjs';

/**
 * A process that was started.
 * @typedef {object} Running
 * @property {Promise<unknown>} ready resolves when it serves
 * @property {Promise<{ code: number | null, signal: string | null }>} exited
 * @property {(signal: string) => unknown} kill
 * @property {() => string} lastWords what it said before it ended, for people
 */

/** A process that is started again, with back-off, whenever it ends. */
export class Supervised {
  #launch;
  #stopping = new AbortController();
  #running;
  #loop;
  #settle;
  #wanted = false;
  /** Whether it serves now. */
  up = false;
  /** Resolves when it serves for the first time; rejects with a Refusal when it ended by itself before. */
  firstReady;

  /**
   * @param {string} name for people
   * @param {(signal: AbortSignal) => Running | Promise<Running>} launch
   */
  constructor(name, launch) {
    this.name = name;
    this.#launch = launch;
    this.firstReady = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
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

  /** From now on it is not started again. */
  retire() {
    this.#stopping.abort();
  }

  /** Asks it to end; ends it by force after `timeoutMs`. Resolves when it is gone. */
  async stop(timeoutMs) {
    this.retire();
    const timer = setTimeout(() => this.kill(), timeoutMs);
    this.#running?.kill('SIGTERM');
    await this.#loop;
    clearTimeout(timer);
  }

  /** Ends it by force. */
  kill() {
    this.retire();
    this.#running?.kill('SIGKILL');
  }

  async #keepRunning() {
    const backOff = new BackOff();
    const { signal } = this.#stopping;
    let wasReady = false;
    while (!signal.aborted) {
      const began = performance.now();
      const end = await this.#runOnce(signal, () => {
        wasReady = true;
        this.#settle.resolve();
      });
      if (signal.aborted) break;
      if (this.#wanted) {
        this.#wanted = false;
        continue;
      }
      if (!wasReady && end.fatal) return this.#settle.reject(end.fatal);
      const waitMs = backOff.after(performance.now() - began);
      say(`${this.name} ended (${end.text}); starting it again in ${waitMs} ms`);
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns {Promise<{ text: string, fatal?: Error }>} how it ended; `fatal`: if this was the first time, it is no use trying again */
  async #runOnce(signal, onReady) {
    try {
      this.#running = await this.#launch(signal);
    } catch (error) {
      return { text: error.message, fatal: error };
    }
    const running = this.#running;
    if (signal.aborted) running.kill('SIGTERM');
    running.ready.then(
      () => {
        this.up = true;
        onReady();
      },
      () => undefined,
    );
    const { code, signal: by } = await running.exited;
    this.up = false;
    this.#running = undefined;
    const text = by ?? (code === null ? 'gone' : `exit code ${code}`);
    // A signal came from outside: worth another try. An exit of its own, before it ever served, is not.
    const fatal = by ? undefined : new Refusal(`${this.name} could not start (${text}). ${running.lastWords()}`.trim());
    return { text, fatal };
  }
}
