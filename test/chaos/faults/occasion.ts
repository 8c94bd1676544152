import type { Random } from '../random';
import type { System } from '../system/system';

/** What a fault needs to know. */
export interface Occasion {
  system: System;
  /** As planned. */
  target: string;
  durationMs: number;
  random: Random;
}

/** Ends a fault. */
export type Heal = () => void | Promise<void>;
/** Begins a fault; resolves once it is there. */
export type Injector = (occasion: Occasion) => Heal | Promise<Heal>;
