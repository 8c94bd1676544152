/**
 * The contract of a scenario. Each file of `bench/scenarios` that is not a spec exports one as `scenario`; `main.ts` finds
 * it there, so a new one touches no other file.
 *
 * In each round, `run(system, options)` is called once for each of the scenario's systems, in the order in which they
 * stand there. It starts what it measures (`startSystem` of `systems/start.ts`; a fresh process with a fresh Redis each
 * time), warms it up, measures, stops it again, and gives its figures by name. What it learns of one system it may keep
 * for the next one in the same round. It throws when a figure would be worth nothing: an answer was wrong, a copy lost.
 *
 * A goal compares two figures of the same round, or bounds one. Its ratio is taken in each round; reported are the
 * median and the spread of the rounds. Systems of one scenario may have any names; those of `systems/start.ts` are:
 * `ours`, `sharded` (the same with `RELAY=sharded`), `socket-io` (a), `socket-io-streams` (b), `nest` (c), `ws-frame` (d),
 * `ws-buffer` (e), and those of `systems/servers.ts`.
 *
 * This process and all it starts run on all cores but the first; a gateway (or a peer's server) is alone on the first.
 */
export interface Scenario {
  /** For `--only`; a word. */
  readonly name: string;
  /** Its place in the report; ascending. */
  readonly order: number;
  readonly title: string;
  readonly systems: readonly string[];
  /** Systems that cannot be measured here, and why. */
  readonly leftOut?: readonly string[];
  /** In how many rounds it is measured at most, where there are more; and those of its systems that one round is enough for. */
  readonly rounds?: number;
  readonly once?: readonly string[];
  /** On the last version of Node.js alone: it is about Redis, or takes long. */
  readonly onLast?: boolean;
  /** Left out of a quick look at everything. */
  readonly long?: boolean;
  run(system: string, options: RunOptions): Promise<Measurements>;
  readonly goals: readonly Goal[];
  readonly charts?: readonly Chart[];
}

export interface RunOptions {
  /** Shorter, smaller: a look, not a result. */
  readonly quick: boolean;
  /** From 1. */
  readonly round: number;
}

/** Figures by name. A figure that was not measured (a large size of a quick run) is left out, with its goals. */
export type Measurements = Readonly<Record<string, number>>;

/** One figure of one system. */
export interface Figure {
  readonly system: string;
  readonly measure: string;
}

export interface Goal {
  /** As the issue says it. */
  readonly what: string;
  readonly unit: string;
  readonly ours: Figure;
  /** What ours is divided by; without it the goal is about the figure itself. */
  readonly peer?: Figure;
  readonly atLeast?: number;
  /** With neither bound the figure is only reported. */
  readonly atMost?: number;
  /** In its place on an older Node.js than 24. */
  readonly atMostBefore24?: number;
}

/** A chart of bars: medians, one group of bars for each label. */
export interface Chart {
  /** Its file is `{scenario}-{name}.svg`. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly groups: readonly { readonly label: string; readonly bars: readonly Figure[] }[];
}
