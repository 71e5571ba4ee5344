/**
 * A bot at work: the messenger of web/client under node, signed in by what stands in the bot's file. An example of the library. Always
 * holds: the file has a code in force that opens the vault, before anything is sealed with keys that only the file has.
 */
import { Refused } from '../../protocol/result.ts';
import type { BotFile } from '../client/adapters/node/bot-file.ts';
import { createNodeMessenger } from '../client/adapters/node.ts';
import { createSystemClock } from '../client/adapters/system.ts';
import type { RunningMessenger } from '../client/messenger.ts';
import type { Answer, AppView, MeView, Phase } from '../client/model.ts';

export interface Bot {
  readonly messenger: RunningMessenger;
  readonly me: MeView;
  /** What its screen would show now. */
  app(): AppView;
  /**
   * The first thing that `found` gives, asked again whenever something has changed; null after `waitMs` (null: waits for ever). `look`: a subscription that
   * calls back on changes other than the app's. Refuses (throws) what ends a session meanwhile.
   */
  until<T>(
    found: (app: AppView) => T | null,
    waitMs: number | null,
    look?: (changed: () => void) => () => void,
  ): Promise<T | null>;
  close(): void;
}

const START_MS = 30_000;

/**
 * `unlock`: by the code in the file, where the keys are gone from it. Refuses (throws) `not_signed_in`, `node_unreachable`,
 * `vault_locked`, and why the vault does not open.
 */
export async function openBot(file: BotFile, report: (error: unknown) => void, unlock = false): Promise<Bot> {
  const { node: baseUrl, token, keys } = file;
  const messenger = createNodeMessenger({ baseUrl, token, keys, label: 'bot', report });
  const bot = watching(messenger, report);
  try {
    const phase = await bot.until(({ phase: now, connection }) => settled(now, connection), START_MS);
    if (phase?.is === 'locked' && unlock) await unlockBy(messenger, file);
    else if (phase?.is !== 'signed-in' && phase?.is !== 'recovery') throw whyNot(phase);
    await keepCode(messenger, file, phase);
    const online = ({ connection, loading }: AppView) => (connection === 'online' && !loading ? true : null);
    if (!(await bot.until(online, START_MS))) throw new Refused('node_unreachable');
    return bot;
  } catch (error) {
    bot.close();
    throw error;
  }
}

/** Throws what an answer refuses. */
export function given<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Refused(answer.refusal.code, answer.refusal.detail);
  return answer.value;
}

function settled(phase: Phase, connection: AppView['connection']): Phase | null {
  if (phase.is !== 'starting') return phase;
  if (connection === 'offline') throw new Refused('node_unreachable');
  return null;
}

/** Null: it was not known in time. */
function whyNot(phase: Phase | null): Refused {
  if (phase?.is === 'signed-out')
    return new Refused('not_signed_in', 'its token was revoked, or the node is another one');
  if (phase?.is === 'locked') return new Refused(phase.why?.code ?? 'vault_locked', phase.why?.detail);
  return phase?.is === 'failed'
    ? new Refused(phase.refusal.code, phase.refusal.detail)
    : new Refused('node_unreachable');
}

async function unlockBy(messenger: RunningMessenger, { code }: BotFile): Promise<void> {
  if (code === null) throw new Refused('vault_locked', 'the file has no code: it was never finished');
  given(await messenger.unlock({ code }));
}

/** The code of first keys is in force already; of one that the file does not have, another takes its place. */
async function keepCode(messenger: RunningMessenger, file: BotFile, phase: Phase | null): Promise<void> {
  if (file.code !== null) return;
  const code = phase?.is === 'recovery' ? phase.code : given(await messenger.newRecoveryCode());
  if (phase?.is === 'recovery') file.keepCode(code);
  given(await messenger.keepRecoveryCode(code));
  file.keepCode(code);
}

function watching(messenger: RunningMessenger, report: (error: unknown) => void): Bot {
  const clock = createSystemClock(report);
  const looks = new Set<() => void>();
  let app: AppView | null = null;
  messenger.watchApp((view) => {
    app = view;
    for (const look of looks) look();
  });
  const now = (): AppView => app as unknown as AppView;
  return {
    messenger,
    get me() {
      const { phase } = now();
      if (phase.is !== 'signed-in' && phase.is !== 'recovery') throw whyNot(phase);
      return phase.me;
    },
    app: now,
    until: (found, waitMs, look = () => () => {}) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (over) return;
          try {
            const value = found(now());
            if (value !== null) end(() => resolve(value));
          } catch (error) {
            end(() => reject(error));
          }
        };
        let stop = () => {};
        let over = false;
        const timer = waitMs === null ? null : clock.after(waitMs, () => end(() => resolve(null)));
        function end(settle: () => void): void {
          over = true;
          timer?.cancel();
          looks.delete(check);
          stop();
          settle();
        }
        looks.add(check);
        stop = look(check);
        if (over) stop();
        else check();
      }),
    close: () => messenger.close(),
  };
}
