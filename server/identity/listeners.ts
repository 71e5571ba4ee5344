/** Who wants to hear of a change. A listener is called after the change is on disk. */
export interface Listeners<T> {
  /** Returns how to stop listening. */
  add(listener: (change: T) => void): () => void;
  tell(change: T): void;
}

export function createListeners<T>(): Listeners<T> {
  const all = new Set<(change: T) => void>();
  return {
    add(listener) {
      all.add(listener);
      return () => {
        all.delete(listener);
      };
    },
    tell(change) {
      for (const listener of all) listener(change);
    },
  };
}
