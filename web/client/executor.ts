/**
 * Who does what is pending in sealed chats (pending.ts): loaded when there is first a sealed chat to consider, as nothing waits for
 * it to be shown.
 */
import { later } from '../../protocol/later.ts';
import { Fault } from '../../protocol/result.ts';
import type { ChatKeys } from './chat-keys.ts';
import type { ChatSeal } from './chat-seal.ts';
import type { Chat } from './desk.ts';
import type { Keyring } from './keyring.ts';
import type { Clock, Random } from './ports.ts';
import type { Requests } from './requests.ts';

export interface Executor {
  /** Something of the chat has changed: its acts, its keys, or the own ones. */
  consider(chat: Chat): void;
  /** Before something is written after a leave: draws new keys, if the hub orders that soon (SEAL 4.7). */
  rekeyFirst(chat: Chat, seal: ChatSeal): Promise<void>;
  close(): void;
}

export interface ExecutorParts {
  readonly keyring: Keyring;
  readonly keys: ChatKeys;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly random: Random;
  readonly isOnline: () => boolean;
  readonly report: (error: unknown) => void;
}

export function createExecutor(parts: ExecutorParts): Executor {
  let loaded: Executor | null = null;
  let closed = false;

  async function load(): Promise<Executor> {
    const { Pending } = await later(() => import('./pending.ts'));
    loaded ??= new Pending(parts);
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
