type Listener = (...args: never[]) => void;

/** Typed listeners. One that throws keeps nobody else from hearing; its error surfaces as an uncaught one. */
export class Emitter<Events extends { [E in keyof Events]: Listener }> {
  private readonly listeners: { [E in keyof Events]?: Set<Events[E]> } = {};

  /** @returns what ends it */
  on<E extends keyof Events>(event: E, listener: Events[E]): () => void {
    const set = this.listeners[event] ?? new Set();
    this.listeners[event] = set;
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): void {
    for (const listener of [...(this.listeners[event] ?? [])]) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
