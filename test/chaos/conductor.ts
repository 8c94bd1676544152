import { setTimeout as pause } from 'node:timers/promises';
import { INJECTORS } from './faults/injectors';
import { heldBy, type PlannedFault } from './plan';
import type { Random } from './random';
import type { InjectedFault } from './recovery';
import type { System } from './system/system';

/** Injects planned faults at their times, and ends each. */
export class Conductor {
  readonly injected: InjectedFault[] = [];
  /** By what is held: when it is free again. */
  private readonly free = new Map<string, Promise<void>>();

  /** @param say told of each fault */
  constructor(
    private readonly system: System,
    private readonly random: Random,
    private readonly say: (line: string) => void,
  ) {}

  /**
   * Resolves when the last fault is over.
   * @param plan in order of their starts
   * @throws Error when a fault could not be made or ended
   */
  async run(plan: readonly PlannedFault[]): Promise<void> {
    const began = performance.now();
    const all = plan.map((fault) => {
      const random = this.random.fork();
      return this.inTurn(fault, async () => {
        await pause(fault.startMs - (performance.now() - began));
        await this.inject(fault, random);
      });
    });
    await Promise.all(all);
  }

  /** A slow machine may be late with a fault: the next on the same thing waits for it all the same. */
  private inTurn(fault: PlannedFault, action: () => Promise<void>): Promise<void> {
    const things = heldBy(fault);
    const turn = Promise.all(things.map((thing) => this.free.get(thing))).then(action);
    for (const thing of things) this.free.set(thing, turn);
    return turn;
  }

  private async inject({ kind, target, durationMs }: PlannedFault, random: Random): Promise<void> {
    const heal = await INJECTORS[kind]({ system: this.system, target, durationMs, random });
    const fault: InjectedFault = { kind, target, from: Date.now(), to: Date.now() + durationMs };
    this.injected.push(fault);
    this.say(`${kind}: ${target}, ${Math.round(durationMs)} ms`);
    await pause(durationMs);
    await heal();
    fault.to = Date.now();
  }
}
