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

/**
 * Makes one question of those that are asked in one turn. Fails it, each is asked again by itself, so that what is wrong with one
 * keeps nobody else from an answer.
 * @param ask answers in the order of the questions; may be asked the same again
 * @param atMost in one
 */
export function together<Q, A>(
  ask: (questions: readonly Q[]) => Promise<readonly A[]>,
  atMost: number,
): (question: Q) => Promise<A> {
  type Waiting = { question: Q; resolve: (answer: A) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  const askFor = (some: readonly Waiting[]): void => {
    ask(some.map(({ question }) => question)).then(
      (answers) => some.forEach(({ resolve }, i) => void resolve(answers[i] as A)),
      (error: unknown) => {
        if (some.length === 1) some[0]?.reject(error);
        else for (const one of some) askFor([one]);
      },
    );
  };
  const askAll = () => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += atMost) askFor(all.slice(from, from + atMost));
  };
  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ question, resolve, reject }) === 1) atEndOfTurn(askAll);
    });
}
