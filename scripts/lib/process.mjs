// @ts-check
import { EventEmitter } from 'node:events';

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} End */

const KEEP = 4000;

/** A process that was started: what it says, also over IPC, and its end. */
export class Process {
  #said = { stdout: '', stderr: '' };
  /** @type {number | string | undefined} how it ended */
  #closed;
  #events = new EventEmitter();

  /**
   * @param {string} name for people
   * @param {import('node:child_process').ChildProcess} child
   * @param {{ keep?: number }} [options] `keep`: how many characters of what it says
   */
  constructor(name, child, { keep = KEEP } = {}) {
    this.name = name;
    this.child = child;
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      child[stream]?.setEncoding('utf8').on('data', (text) => {
        this.#said[stream] = (this.#said[stream] + text).slice(-keep);
        this.#events.emit('output');
      });
    }
    child.on('message', (message) => this.#events.emit('message', message));
    child.once('error', (error) => {
      this.#said.stderr += error.message;
    });
    /**
     * Resolves when it is gone and all is heard that it said.
     * @type {Promise<End>}
     */
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#closed = signal ?? code ?? 1;
        this.#events.emit('close');
        resolve({ code, signal });
      });
    });
  }

  get pid() {
    return this.child.pid ?? 0;
  }

  get isRunning() {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it wrote on standard output, or its end. */
  get stdout() {
    return this.#said.stdout;
  }

  /** What it wrote last, on both. */
  get lastWords() {
    return (this.#said.stdout + this.#said.stderr).slice(-KEEP);
  }

  /**
   * Resolves when it has said that.
   * @param {RegExp | string} what
   * @throws Error with its last words when it ends instead
   */
  async says(what) {
    const has = (/** @type {string} */ text) => (typeof what === 'string' ? text.includes(what) : what.test(text));
    const hasSaid = () => has(this.#said.stdout) || has(this.#said.stderr);
    if (!hasSaid()) await this.#awaits('output', hasSaid);
  }

  /**
   * Resolves with the next message of that type that it sends over IPC.
   * @param {string} type
   * @returns {Promise<any>}
   * @throws Error with its last words when it ends instead
   */
  async message(type) {
    const [message] = await this.#awaits('message', (message) => message?.type === type);
    return message;
  }

  /**
   * Asks over IPC; resolves with the next message of that type.
   * @template T
   * @param {object | string} question
   * @param {string} type
   * @returns {Promise<T>}
   */
  ask(question, type) {
    const answer = this.message(type);
    this.child.send(question);
    return answer;
  }

  /** As `Supervised` takes it; it serves when it says `ready` over IPC. */
  get running() {
    const kill = (/** @type {NodeJS.Signals} */ how) => this.signal(how);
    return { ready: this.message('ready'), exited: this.exited, kill, lastWords: () => this.lastWords };
  }

  /** @param {NodeJS.Signals} name @returns whether there was somebody to send it to */
  signal(name) {
    return this.isRunning && this.child.kill(name);
  }

  /**
   * Ends it; resolves when it is gone.
   * @param {NodeJS.Signals} [how]
   */
  async end(how = 'SIGTERM') {
    if (!this.isRunning) return;
    this.signal(how);
    // One that stands still hears nothing else.
    if (how !== 'SIGKILL') this.signal('SIGCONT');
    await this.exited;
  }

  /**
   * @param {'output' | 'message'} event
   * @param {(...args: any[]) => boolean} isIt
   * @returns {Promise<any[]>} what came with the event
   */
  #awaits(event, isIt) {
    return new Promise((resolve, reject) => {
      const look = (/** @type {any[]} */ ...args) => {
        if (isIt(...args)) done(() => resolve(args));
      };
      const over = () => done(() => reject(new Error(`${this.name} ended with ${this.#closed}: ${this.lastWords}`)));
      const done = (/** @type {() => void} */ settle) => {
        this.#events.off(event, look).off('close', over);
        settle();
      };
      this.#events.on(event, look).once('close', over);
      if (this.#closed !== undefined) over();
    });
  }
}
