/** A binary heap: the least by `compare` comes out first. */
export interface Heap<T> {
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
  /** In no order. */
  items(): readonly T[];
}

export function createHeap<T>(compare: (a: T, b: T) => number): Heap<T> {
  const items: T[] = [];

  const swapIfLess = (child: number, parent: number): boolean => {
    const [low, high] = [items[child]!, items[parent]!];
    if (compare(low, high) >= 0) return false;
    items[child] = high;
    items[parent] = low;
    return true;
  };

  const sink = (): void => {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) return;
      if (child + 1 < items.length && compare(items[child + 1]!, items[child]!) < 0) child += 1;
      if (!swapIfLess(child, at)) return;
      at = child;
    }
  };

  return {
    push: (item) => {
      items.push(item);
      let at = items.length - 1;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!swapIfLess(at, parent)) return;
        at = parent;
      }
    },
    peek: () => items[0],
    pop: () => {
      const least = items[0];
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        sink();
      }
      return least;
    },
    items: () => items,
  };
}
