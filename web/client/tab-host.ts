/** The side of the Worker: shows and answers for all tabs, and forgets a tab that is gone. */
import type { ChatId } from '../../protocol/ids.ts';
import type { RunningMessenger } from './messenger.ts';
import { type Channel, type FromTab, patchFrom, type View } from './tab-talk.ts';

export interface TabHostParts {
  readonly messenger: RunningMessenger;
  readonly channel: Channel;
  /** Nobody else has it. */
  readonly host: string;
  /** Calls back when the tab has been closed, however that happened. */
  readonly whenGone: (tab: string, gone: () => void) => void;
  /** Does anybody look at any of the tabs? Called with each change. */
  readonly looked?: (isLooked: boolean) => void;
  readonly report: (error: unknown) => void;
}

interface Tab {
  readonly watches: Map<number, () => void>;
  /** Asked once, answered once, though a tab may ask again when a host begins. */
  readonly asked: Set<number>;
  isHidden: boolean;
}

export function hostTabs(parts: TabHostParts): void {
  const { messenger, channel, host, whenGone, report } = parts;
  const tabs = new Map<string, Tab>();

  function tabOf(id: string): Tab {
    const known = tabs.get(id);
    if (known) return known;
    const tab: Tab = { watches: new Map(), asked: new Set(), isHidden: false };
    tabs.set(id, tab);
    whenGone(id, () => {
      for (const stop of tab.watches.values()) stop();
      tabs.delete(id);
      look();
    });
    return tab;
  }

  function look(): void {
    parts.looked?.([...tabs.values()].some(({ isHidden }) => !isHidden));
  }

  function hide(tab: Tab, isHidden: boolean): void {
    tab.isHidden = isHidden;
    look();
  }

  function watch(tab: string, watches: Tab['watches'], id: number, chat: ChatId | null): void {
    watches.get(id)?.();
    let last: View | null = null;
    const seen = (view: View | null) => {
      channel.post({ t: 'view', host, tab, watch: id, view: view && patchFrom(last, view) });
      last = view;
    };
    watches.set(id, chat === null ? messenger.watchApp(seen) : messenger.watchConversation(chat, seen));
  }

  async function ask({ tab, id, what, with: given }: Extract<FromTab, { t: 'ask' }>): Promise<void> {
    const work = messenger[what] as (...given: unknown[]) => unknown;
    channel.post({ t: 'answer', host, tab, id, answer: (await work(...given)) ?? null });
  }

  channel.listen((message) => {
    if (message.t === 'here' || message.t === 'view' || message.t === 'answer') return;
    const tab = tabOf(message.tab);
    if (message.t === 'wake' || message.t === 'hidden') hide(tab, message.t === 'hidden');
    if (message.t === 'wake') messenger.wake();
    else if (message.t === 'hidden') return;
    else if (message.t === 'offline') messenger.lostNetwork();
    else if (message.t === 'watch') watch(message.tab, tab.watches, message.watch, message.chat);
    else if (message.t === 'unwatch') {
      tab.watches.get(message.watch)?.();
      tab.watches.delete(message.watch);
    } else if (!tab.asked.has(message.id)) {
      tab.asked.add(message.id);
      ask(message).catch(report);
    }
  });
  channel.post({ t: 'here', host });
}
