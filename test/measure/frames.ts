/** An event of a browser's trace; times in µs. `tdur`: CPU time of its thread. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/**
 * The work of the page's main thread for each frame, in ms of CPU time where the trace has it: all tasks from the begin of a frame to that of the next.
 * @param trace of the categories `toplevel` and `devtools.timeline`, of one page that scrolls
 */
export function workPerFrame(trace: readonly TraceEvent[]): number[] {
  const callbacks = new Map<string, number[]>();
  for (const event of trace) {
    if (event.name !== 'FireAnimationFrame') continue;
    const thread = `${event.pid}:${event.tid}`;
    callbacks.set(thread, [...(callbacks.get(thread) ?? []), event.ts]);
  }
  const [busiest] = [...callbacks].sort(([, a], [, b]) => b.length - a.length);
  if (!busiest) return [];
  const [thread, called] = busiest;
  const tasks = trace
    .filter(({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && `${pid}:${tid}` === thread)
    .sort((a, b) => a.ts - b.ts);
  // A frame begins with the task of its callbacks, of which there may be several.
  const at = tasks
    .filter(({ ts, dur = 0 }) => called.some((call) => call >= ts && call <= ts + dur))
    .map(({ ts }) => ts);
  const work = at.slice(1).map(() => 0);
  let frame = 0;
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    while (frame + 1 < at.length && (at[frame + 1] ?? 0) <= ts) frame++;
    if (ts >= (at[0] ?? 0) && frame < work.length) work[frame] = (work[frame] ?? 0) + tdur / 1000;
  }
  return work;
}

/** The value below which a part (0 to 1) of the values lies; 0 without any. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
