/** The states that the screens must have, by name: `sample.html?scene=offline`. */
import type { AppView, ChatView, Messenger, Phase } from '../../client/model.ts';
import type { SearchProgress } from '../../client/search-model.ts';
import { invitations, sampleChats } from './chats.ts';
import { acme, globex, initech, initechThere, me, sampleCode } from './people.ts';

export interface Scene {
  readonly app: AppView;
  readonly signedOut: Phase;
  readonly phraseConfirmed: boolean;
  /** The long chat comes whole, not in pages. */
  readonly wholeTalk: boolean;
  readonly blank: ChatView;
  readonly searched: SearchProgress;
  readonly link: (token: string) => Awaited<ReturnType<Messenger['lookAtLink']>>;
}

/** A history that is still being read. */
const halfSearched: SearchProgress = { is: 'filling', back: Date.UTC(2025, 2, 3, 12), share: 0.62 };

const signedOut: Phase = { is: 'signed-out', organisation: acme.name, domain: acme.domain, why: null };
const working: AppView = {
  phase: { is: 'signed-in', me },
  connection: 'online',
  outbox: 0,
  chats: [...invitations, ...sampleChats],
  loading: false,
  settings: null,
  organisations: [acme, globex, initechThere],
};

const apps: Record<string, Partial<AppView>> = {
  unreachable: { organisations: [acme, globex, initech] },
  offline: { connection: 'offline', outbox: 3 },
  loading: { chats: [], loading: true },
  empty: { chats: [] },
  starting: { phase: { is: 'starting' } },
  failed: {
    phase: {
      is: 'failed',
      refusal: { code: 'overloaded', sentence: 'The node is busy. Try again in a moment.' },
    },
  },
  'signed-out': { phase: signedOut },
  recovery: { phase: { is: 'recovery', me, code: sampleCode } },
  'recovery-missing': { phase: { is: 'signed-in', me: { ...me, seal: { fingerprint: [], recoveryKept: false } } } },
  locked: { phase: { is: 'locked', me, after: 'lock', ways: ['password', 'code'], why: null } },
  'locked-reset': { phase: { is: 'locked', me, after: 'reset', ways: ['code'], why: null } },
  'no-keys': { phase: { is: 'locked', me, after: 'no-keys', ways: ['password'], why: null } },
};

function link(token: string): ReturnType<Scene['link']> {
  const kind = (['join', 'reset', 'first-administrator'] as const).find((one) => one === token);
  if (kind === undefined) {
    const sentence = 'The link is not valid, was used already, or has expired. Ask for a new one.';
    return { ok: false, refusal: { code: 'bad_invitation', sentence } };
  }
  return {
    ok: true,
    value: { kind, organisation: acme.name, domain: acme.domain, name: kind === 'reset' ? 'rosa' : null },
  };
}

export function sceneNamed(name: string): Scene {
  return {
    app: { ...working, ...apps[name] },
    signedOut,
    phraseConfirmed: name !== 'phrase',
    wholeTalk: name === 'whole',
    blank: { ...(sampleChats[0] as ChatView), unread: 0, mentions: 0, outside: [], preview: null },
    searched: name === 'searching' ? halfSearched : { is: 'whole' },
    link,
  };
}
