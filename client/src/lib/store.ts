/** A value outside of React that tells when it changes; `useSyncExternalStore(store.subscribe, store.get)` reads it. */
export interface Store<T> {
  get: () => T;
  set: (value: T) => void;
  /** @returns what ends it */
  subscribe: (listener: () => void) => () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
