const tasks: (() => void)[] = [];

/**
 * Calls back at the end of this turn of the event loop, when all is known that came in it. What a task asks for still belongs
 * to the same end: however many gather what others gathered, nothing waits for a second turn.
 */
export function atEndOfTurn(task: () => void): void {
  if (tasks.push(task) === 1) setImmediate(endTurn);
}

function endTurn(): void {
  for (let i = 0; i < tasks.length; i++) tasks[i]?.();
  tasks.length = 0;
}
