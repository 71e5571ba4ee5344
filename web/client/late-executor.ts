/**
 * The executor (executor.ts), loaded when there is first a sealed chat to consider, as nothing waits for it to be shown. Always holds:
 * once closed, it stays closed, whenever it is loaded.
 */
import { later } from '../../protocol/later.ts';
import { Fault } from '../../protocol/result.ts';
import type { Executor, ExecutorParts } from './executor.ts';

export function createLateExecutor(parts: ExecutorParts): Executor {
  let loaded: Executor | null = null;
  let closed = false;

  async function load(): Promise<Executor> {
    const { createExecutor } = await later(() => import('./executor.ts'));
    loaded ??= createExecutor(parts);
    if (closed) loaded.close();
    return loaded;
  }

  return {
    consider(chat) {
      if (loaded) return loaded.consider(chat);
      void load()
        .then((executor) => executor.consider(chat))
        .catch((error: unknown) => {
          // It is considered again with the next change.
          if (!(error instanceof Fault)) parts.report(error);
        });
    },
    async rekeyFirst(chat, seal) {
      if (seal.state.rekeyPending) await (await load()).rekeyFirst(chat, seal);
    },
    close() {
      closed = true;
      loaded?.close();
    },
  };
}
