/**
 * The side of a tab: a messenger that is all talk. When another tab takes over it watches again and asks again what was not
 * answered: a message keeps its entry id, so it is never doubled; a chat's creation is not asked for twice, but refused, as it
 * may have been done.
 */
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import { newEntryId } from './entry-id.ts';
import type { Answer, Messenger } from './model.ts';
import type { Random } from './ports.ts';
import { type Asked, applyPatch, type Channel, type FromHost, type View } from './tab-talk.ts';

interface Watch {
  readonly chat: ChatId | null;
  readonly seen: (view: never) => void;
  last: View | null;
}

interface Waiting {
  readonly what: Asked;
  readonly with: unknown[];
  readonly resolve: (answer: never) => void;
}

const NOT_TWICE: readonly Asked[] = [
  'createPrivate',
  'createPublic',
  'continueSealed',
  'join',
  'startOver',
  'keepRecoveryCode',
  'changePassword',
  'admin',
];

const ASKED = [
  'loadOlder',
  'lookAtLink',
  'join',
  'newPassphrase',
  'signIn',
  'signOut',
  'unlock',
  'lock',
  'startOver',
  'newRecoveryCode',
  'keepRecoveryCode',
  'changePassword',
  'passkeyAsk',
  'passkeys',
  'addPasskey',
  'removePasskey',
  'devices',
  'removeDevice',
  'setDisplayName',
  'searchPeople',
  'resolveAddress',
  'safety',
  'judgeIdentity',
  'search',
  'searchProgress',
  'createPrivate',
  'createPublic',
  'openDirect',
  'continueSealed',
  'publicChats',
  'joinPublic',
  'fileRoom',
  'pauseFiles',
  'dropFile',
  'edit',
  'react',
  'pin',
  'retry',
  'discard',
  'erase',
  'markRead',
  'keep',
  'hide',
  'typing',
  'invite',
  'historyReach',
  'grantHistory',
  'readmit',
  'accept',
  'decline',
  'withdraw',
  'leave',
  'remove',
  'setRole',
  'setLook',
  'chatImage',
  'admin',
] as const satisfies readonly Asked[];
/** Said here, as the page does without the table of refusals. */
const TAKEN_OVER = {
  ok: false,
  refusal: {
    code: 'node_unreachable',
    sentence: 'Another tab took over before this was answered. Look whether it was done, and if not, try again.',
  },
} as const satisfies Answer<never>;

// Does not compile when something that can be asked is missing above.
type Missing = Exclude<Asked, (typeof ASKED)[number] | 'send'>;
const nothingMissing: [Missing] extends [never] ? true : Missing = true;

export function createTabMessenger(channel: Channel, tab: string, random: Random): Messenger {
  const talk = new TabTalk(channel, tab);
  const asked = ASKED.map((what) => [what, (...given: unknown[]) => talk.ask(what, given)]);
  const send: Messenger['send'] = (chat, text, mentions, entryId: EntryId = newEntryId(random), more, files) =>
    talk.ask('send', [chat, text, mentions, entryId, more, files]) as ReturnType<Messenger['send']>;
  return {
    ...(nothingMissing && (Object.fromEntries(asked) as Messenger)),
    send,
    watchApp: (seen) => talk.watch(null, seen),
    watchConversation: (chat, seen) => talk.watch(chat, seen),
  };
}

class TabTalk {
  readonly #channel: Channel;
  readonly #tab: string;
  readonly #watches = new Map<number, Watch>();
  readonly #waiting = new Map<number, Waiting>();
  #host: string | null = null;
  #next = 1;

  constructor(channel: Channel, tab: string) {
    this.#channel = channel;
    this.#tab = tab;
    channel.listen((message) => {
      if (message.t === 'here') this.#begin(message.host);
      else if ((message.t === 'view' || message.t === 'answer') && message.tab === tab) this.#hear(message);
    });
  }

  watch(chat: ChatId | null, seen: Watch['seen']): () => void {
    const id = this.#next++;
    this.#watches.set(id, { chat, seen, last: null });
    this.#channel.post({ t: 'watch', tab: this.#tab, watch: id, chat });
    return () => {
      this.#watches.delete(id);
      this.#channel.post({ t: 'unwatch', tab: this.#tab, watch: id });
    };
  }

  ask(what: Asked, given: unknown[]): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, { what, with: given, resolve });
      this.#post(id, what, given);
    });
  }

  #post(id: number, what: Asked, given: unknown[]): void {
    this.#channel.post({ t: 'ask', tab: this.#tab, id, what, with: given });
  }

  /** A host has begun: the first there is, or the next after one that is gone. */
  #begin(host: string): void {
    const handedOver = this.#host !== null && this.#host !== host;
    this.#host = host;
    for (const [id, watch] of this.#watches) {
      watch.last = null;
      this.#channel.post({ t: 'watch', tab: this.#tab, watch: id, chat: watch.chat });
    }
    for (const [id, { what, with: given, resolve }] of this.#waiting) {
      if (!handedOver || !NOT_TWICE.includes(what)) this.#post(id, what, given);
      else {
        this.#waiting.delete(id);
        resolve(TAKEN_OVER as never);
      }
    }
  }

  #hear(message: Extract<FromHost, { t: 'view' | 'answer' }>): void {
    this.#host ??= message.host;
    if (message.t === 'answer') {
      this.#waiting.get(message.id)?.resolve(message.answer as never);
      this.#waiting.delete(message.id);
      return;
    }
    const watch = this.#watches.get(message.watch);
    if (!watch) return;
    const view = message.view && applyPatch(watch.last, message.view);
    watch.last = view;
    if (view || !message.view) watch.seen(view as never);
    else this.#channel.post({ t: 'watch', tab: this.#tab, watch: message.watch, chat: watch.chat });
  }
}
