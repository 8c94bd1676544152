import type { FaultKind } from './plan';
import type { ClientLog, Span } from './record';

/** A wait that is longer counts as an interruption. */
export const NOTICED_MS = 1000;

/** A fault that was injected. */
export interface InjectedFault extends Span {
  kind: FaultKind;
  target: string;
}

export interface Recovery {
  /** Clients that were interrupted, over all faults of the kind. */
  clients: number;
  medianMs: number;
  maxMs: number;
  /** Measured where nothing else was broken; else the others' part is in it. */
  isAlone: boolean;
}

/** Over at once, as far as the injector goes: their recovery counts from their beginning. */
const SUDDEN: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'gateway killed',
  'messages killed',
  'rooms killed',
  'auth killed',
  'master killed',
  'master frozen',
  'slots moved',
  'subscribers killed',
  'client links cut',
  'Redis link cut',
]);

/**
 * The times in which a client was cut off or waited for an acknowledgement.
 * @param offline when it was not connected
 */
export function interruptions({ sent }: Pick<ClientLog, 'sent'>, offline: readonly Span[]): Span[] {
  const waits = sent
    .map(({ at, settledAt = Number.POSITIVE_INFINITY }) => ({ from: at, to: settledAt }))
    .filter(({ from, to }) => to - from > NOTICED_MS);
  const merged: Span[] = [];
  for (const span of [...waits, ...offline].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/**
 * How long clients needed to be well again: after the end of a fault, or after a sudden one itself.
 * @param clients each client's interruptions
 */
export function recoveries(
  faults: readonly InjectedFault[],
  clients: readonly (readonly Span[])[],
): Map<FaultKind, Recovery> {
  const found = new Map<FaultKind, { alone: number[]; mixed: number[] }>();
  for (const fault of faults) {
    const times = found.get(fault.kind) ?? { alone: [], mixed: [] };
    found.set(fault.kind, times);
    const reference = SUDDEN.has(fault.kind) ? fault.from : fault.to;
    for (const spans of clients) {
      const hit = spans.find(({ from, to }) => to > fault.from && from < fault.to + NOTICED_MS);
      if (!hit) continue;
      const isAlone = faults.every((other) => other === fault || other.to + 3000 < fault.from || other.from > hit.to);
      times[isAlone && hit.from > fault.from - NOTICED_MS ? 'alone' : 'mixed'].push(Math.max(0, hit.to - reference));
    }
  }
  return new Map([...found].map(([kind, { alone, mixed }]) => [kind, summary(alone, mixed)]));
}

function summary(alone: number[], mixed: number[]): Recovery {
  const times = (alone.length > 0 ? alone : mixed).sort((a, b) => a - b);
  return {
    clients: times.length,
    medianMs: times[Math.floor((times.length - 1) / 2)] ?? 0,
    maxMs: times.at(-1) ?? 0,
    isAlone: alone.length > 0,
  };
}
