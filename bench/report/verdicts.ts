import type { Round } from '../runner';
import type { Figure, Goal, Scenario } from '../scenario';
import { median, type Summary, summarise } from '../statistics';

/** A goal and what came of it. */
export interface Verdict {
  scenario: string;
  /** On which Node.js. */
  node: string;
  goal: Goal;
  /** Medians of the rounds. */
  ours: number;
  peer?: number;
  /** Ours to the peer's of the same round; without a peer, the figure itself. */
  measured: Summary;
  /** Undefined: there is no bound. */
  isMet?: boolean;
}

/** What came of each goal for which there are figures. */
export function judge(scenarios: readonly Scenario[], rounds: readonly Round[]): Verdict[] {
  return scenarios.flatMap((scenario) =>
    nodesOf(rounds).flatMap((node) =>
      scenario.goals
        .map((goal) => goalOn(node, goal))
        .flatMap((goal) => {
          const verdict = judgeOne(goal, figuresOf(rounds, scenario.name, node));
          return verdict ? [{ scenario: scenario.name, node, goal, ...verdict }] : [];
        }),
    ),
  );
}

const LATER = 24;

/** What is to be reached on that Node.js. */
function goalOn(node: string, { atMostBefore24, ...goal }: Goal): Goal {
  const isBefore = atMostBefore24 !== undefined && Number.parseInt(node, 10) < LATER;
  return isBefore ? { ...goal, atMost: atMostBefore24 } : goal;
}

/** The values of a figure by round. */
export type Values = (figure: Figure) => number[];

/** The versions of Node.js that were measured, as they were asked for. */
export const nodesOf = (rounds: readonly Round[]): string[] => [...new Set(rounds.map(({ node }) => node))];

export function figuresOf(rounds: readonly Round[], scenario: string, node: string): Values {
  return ({ system, measure }) =>
    rounds
      .filter((one) => one.scenario === scenario && one.system === system && one.node === node)
      .sort((a, b) => a.round - b.round)
      .map(({ measurements }) => measurements[measure] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
}

function judgeOne(goal: Goal, values: Values): Omit<Verdict, 'scenario' | 'node' | 'goal'> | undefined {
  // One of both may have been measured in the first rounds alone.
  const both = [values(goal.ours), goal.peer ? values(goal.peer) : values(goal.ours)];
  const count = Math.min(...both.map(({ length }) => length));
  if (count === 0) return undefined;
  const [ours = [], beside] = both.map((all) => all.slice(0, count));
  const peer = goal.peer && beside;
  const measured = summarise(peer ? ours.map((value, round) => value / (peer[round] as number)) : ours);
  return { ours: median(ours), ...(peer && { peer: median(peer) }), measured, isMet: isMet(goal, measured.median) };
}

function isMet({ atLeast, atMost }: Goal, value: number): boolean | undefined {
  if (atLeast === undefined && atMost === undefined) return undefined;
  return value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
}
