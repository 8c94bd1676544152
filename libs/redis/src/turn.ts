let tasks: (() => void)[] = [];

/**
 * Calls back at the end of this turn of the event loop, when all is known that came in it. What a task asks for still belongs
 * to the same end: however many gather what others gathered, nothing waits for a second turn.
 */
export function atEndOfTurn(task: () => void): void {
  if (tasks.push(task) === 1) setImmediate(endTurn);
}

function endTurn(): void {
  const due = tasks;
  try {
    for (let i = 0; i < due.length; i++) due[i]?.();
  } finally {
    tasks = [];
  }
}
