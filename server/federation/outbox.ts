/**
 * The log is the outbox (PROTOCOL 5.2): one durable cursor a peer into the own arrival order, and whatever the peer may have
 * from there is sent. Always holds: the cursor moves only to what the peer has acknowledged; sending twice is harmless.
 */
import type { ReadAct } from '../../protocol/chat/act.ts';
import { type Member, memberKey, organisationsNow } from '../../protocol/chat/state.ts';
import type { ChatId, Hash, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Bundle, Frame } from '../../protocol/sync/frames.ts';
import type { Chats } from '../chats/chats.ts';
import { EVENTS, type EventRow } from '../chats/feed.ts';
import type { HeldChat, HeldLog } from '../chats/held.ts';
import { grantedFrom } from '../chats/late-blocks.ts';
import type { Profiles } from '../identity/profiles.ts';
import type { Session } from './session.ts';
import type { Frames } from './tasks.ts';

export interface Outbox {
  /** Everything for the peer after `session.sentTo`, then a mark. */
  frames(session: Session): Frames;
  /** The control log of a chat from a position on, as far as the peer may have it. */
  control(session: Session, held: HeldChat, fromCpos: number): Frames;
  /** Blocks of a log from a number on, as far as the peer may have them. */
  blocks(session: Session, held: HeldChat, log: HeldLog, fromBlock: number): Frames;
  heads(session: Session, held: HeldChat): Frames;
  /** Bundles of key material that the peer asks for, as far as they are for it and here. */
  keyBundles(session: Session, held: HeldChat, hashes: readonly Hash[]): Frames;
  /** Bundles that acts name to the peer and of which it has not said that it has them. */
  unconfirmedBundles(session: Session, held: HeldChat): Frames;
  /** Where the peer is the hub: what this node wrote for it and it has not ordered. */
  openRequests(session: Session, held: HeldChat): Frames;
}

interface Uses {
  readonly chats: Chats;
  readonly profiles: Profiles;
  readonly self: { readonly orgId: OrgId };
}

const PAGE = 200;
const BATCH_BYTES = 512 * 1024;
const ACTS_A_FRAME = 64;
const NEVER = Number.MAX_SAFE_INTEGER;

export function createOutbox({ chats, profiles, self }: Uses): Outbox {
  const { sharing, feed, keyBundles } = chats;

  function* frames(session: Session): Frames {
    for (;;) {
      const events = feed.eventsAfter(session.sentTo, PAGE);
      const last = events.at(-1);
      if (!last) return;
      yield* page(session, events);
      session.sentTo = last.arrival;
      yield { is: 'mark', upTo: last.arrival };
    }
  }

  /** Blocks that follow each other travel in one frame; an act ends it, so that what cites the act comes after it. */
  function* page(session: Session, events: readonly EventRow[]): Frames {
    let bundles: Bundle[] = [];
    let bytes = 0;
    for (const event of events) {
      if (event.kind === EVENTS.block) {
        const made = yield* ownBlock(session, event);
        if (!made) continue;
        bundles.push(made);
        bytes += sizeOf(made);
        if (bytes < BATCH_BYTES && bundles.length < 256) continue;
      } else if (event.kind !== EVENTS.act && event.kind !== EVENTS.profile) continue;
      if (bundles.length > 0) yield* blocksFrame(session, bundles);
      bundles = [];
      bytes = 0;
      if (event.kind === EVENTS.act) yield* act(session, event);
      if (event.kind === EVENTS.profile) yield* profile(session, event);
    }
    if (bundles.length > 0) yield* blocksFrame(session, bundles);
  }

  function* ownBlock(session: Session, event: EventRow): Generator<Frame, Bundle | null, void> {
    const held = sharing.byNumber(event.chat);
    const log = logById(held, event.a);
    if (!isShared(held) || !log) return null;
    const bundle = sharing.block(held, log, session.org, event.b);
    if (bundle && held.state.kind === 'direct') yield* introduce(session, held);
    return bundle;
  }

  /** A direct chat has no invitation: its genesis goes ahead of the first thing in it (PROTOCOL 4.1). */
  function* introduce(session: Session, held: HeldChat): Frames {
    if (session.introduced.has(held.chatId)) return;
    yield* control(session, held, 0);
    yield* heads(session, held);
  }

  function* act(session: Session, event: EventRow): Frames {
    const held = sharing.byNumber(event.chat);
    if (!isShared(held)) return;
    const read = sharing.acts(held, event.a, 1)[0];
    if (!read) return;
    yield* ownNewcomers(session, held, read);
    if (held.hubs[read.act.term] === self.orgId) yield* hubAct(session, held, read);
    yield* accepted(session, held, read);
    yield* toNewHub(session, held, read);
  }

  /** It may have jumped over what was not for it until now, or get this act from us first. */
  function* toNewHub(session: Session, held: HeldChat, read: ReadAct): Frames {
    const { cause } = read.act;
    if (cause.is !== 'hub' || cause.intent.is !== 'transfer' || cause.intent.org !== session.org) return;
    if (held.hubs[read.act.term] !== self.orgId) yield sharing.controlFrame(held, [read], false);
    yield* openRequests(session, held);
  }

  /** Who of this organisation comes in by the act becomes known by name to the others in the chat. */
  function* ownNewcomers(session: Session, held: HeldChat, { act: { cpos } }: ReadAct): Frames {
    if (!sharing.mayHaveAct(held, session.org, cpos)) return;
    const isNew = (member: Member) => member.intervals.some((each) => each.from === cpos || each.accepted === cpos);
    const own = [...held.state.members.values()].filter((member) => member.org === self.orgId && isNew(member));
    yield* sendProfiles(session, own);
  }

  function* hubAct(session: Session, held: HeldChat, read: ReadAct): Frames {
    const { cpos } = read.act;
    if (!sharing.mayHaveAct(held, session.org, cpos)) return;
    if (beginsHere(held, session.org, cpos)) {
      yield* control(session, held, 0);
      yield* heads(session, held);
      return;
    }
    yield* profilesOf(session, held);
    yield sharing.controlFrame(held, [read], false);
    yield* keyBundleFrames(held.chatId, keyBundles.ofActs(held, session.org, cpos, cpos));
  }

  /**
   * Whoever has just accepted gets what was held back since the invitation, of this node's own log (PROTOCOL 7); so does whoever
   * was just granted a past (SEAL 4.9).
   */
  function* accepted(session: Session, held: HeldChat, read: ReadAct): Frames {
    const { cpos } = read.act;
    const from = Math.min(acceptedHere(held, session.org, cpos) ?? NEVER, grantedHere(held, session.org, cpos));
    if (from === NEVER) return;
    yield* profilesOf(session, held);
    for (const log of held.logs.values()) {
      if (log.org === self.orgId) yield* blocks(session, held, log, sharing.firstBlockCiting(log, from));
    }
    yield* heads(session, held);
  }

  function* profile(session: Session, event: EventRow): Frames {
    const { org, account } = sharing.person(event.a);
    if (org !== self.orgId || !sharing.sharesWith(session.org, event.a)) return;
    yield* sendProfiles(session, [{ org, account }]);
  }

  function* profilesOf(session: Session, held: HeldChat): Frames {
    // Who is in after the organisation has gone is none of its business.
    if (held.state.hub !== session.org && !organisationsNow(held.state).has(session.org)) return;
    yield* sendProfiles(session, sharing.membersOf(held));
  }

  function* sendProfiles(
    session: Session,
    members: readonly { org: OrgId; account: Parameters<typeof memberKey>[1] }[],
  ): Frames {
    const others = members
      .filter(({ org }) => org !== session.org)
      .map(({ org, account }) => ({ orgId: org, accountId: account }));
    const fresh = profiles.getMany(others).filter(({ profile: { orgId, accountId, version } }) => {
      const key = `${memberKey(orgId, accountId)}:${version}`;
      if (session.sentProfiles.has(key)) return false;
      session.sentProfiles.add(key);
      return true;
    });
    for (let at = 0; at < fresh.length; at += 100) {
      yield { is: 'profiles', profiles: fresh.slice(at, at + 100).map(({ signed }) => signed) };
    }
  }

  function* control(session: Session, held: HeldChat, fromCpos: number): Frames {
    yield* profilesOf(session, held);
    if (fromCpos === 0) session.introduced.add(held.chatId);
    let next = Math.max(1, fromCpos);
    let isWhole = fromCpos === 0;
    for (;;) {
      const acts = fitting(
        sharing.acts(held, next, ACTS_A_FRAME).filter((each) => sharing.mayHaveAct(held, session.org, each.act.cpos)),
      );
      if (acts.length === 0 && !isWhole) return;
      yield sharing.controlFrame(held, acts, isWhole);
      if (acts.length === 0) return;
      yield* keyBundleFrames(held.chatId, keyBundles.ofActs(held, session.org, next, next + acts.length - 1));
      isWhole = false;
      next += acts.length;
    }
  }

  /** As many as go in one frame with the looks that they commit to; one at least. */
  function fitting(acts: readonly ReadAct[]): ReadAct[] {
    let [bytes, lookBytes] = [0, 0];
    const end = acts.findIndex(({ signed, request }) => {
      for (const intent of request?.intents ?? []) if (intent.is === 'look') lookBytes += intent.length;
      bytes += signed.bytes.length;
      return bytes > LIMITS.controlFrameBytes / 2 || lookBytes > BATCH_BYTES;
    });
    return end < 0 ? [...acts] : acts.slice(0, Math.max(1, end));
  }

  function* blocks(session: Session, held: HeldChat, log: HeldLog, fromBlock: number): Frames {
    let next = fromBlock;
    for (;;) {
      const { bundles, next: after, done } = sharing.blocks(held, log, session.org, next, BATCH_BYTES);
      if (bundles.length > 0) yield* blocksFrame(session, bundles);
      if (done) return;
      next = after;
    }
  }

  function* heads(session: Session, held: HeldChat): Frames {
    const said = sharing.heads(held, session.org);
    if (!said) return;
    session.sentHeads.set(held.chatId, headsText(said));
    yield { is: 'heads', chats: [said] };
  }

  function* openRequests(session: Session, held: HeldChat): Frames {
    for (const bundle of sharing.openRequests(held, session.org)) yield* blocksFrame(session, [bundle]);
  }

  /** Blocks, and after them the bundles that requests among them name: what is not named yet would not be taken. */
  function* blocksFrame(session: Session, bundles: Bundle[]): Frames {
    yield { is: 'blocks', bundles, looks: looksFor(bundles) };
    for (const { chatId, bundles: named } of keyBundles.ofRequests(session.org, bundles))
      yield* keyBundleFrames(chatId, named);
  }

  function* keyBundleFrames(chatId: ChatId, all: readonly Uint8Array[]): Frames {
    let some: Uint8Array[] = [];
    let bytes = 0;
    for (const bundle of all) {
      if (some.length > 0 && bytes + bundle.length > BATCH_BYTES) {
        yield { is: 'keyBundles', chatId, bundles: some };
        [some, bytes] = [[], 0];
      }
      some.push(bundle);
      bytes += bundle.length;
    }
    if (some.length > 0) yield { is: 'keyBundles', chatId, bundles: some };
  }

  function looksFor(bundles: readonly Bundle[]): Uint8Array[] {
    return sharing.looksOfBundles(bundles);
  }

  return {
    frames,
    control,
    blocks,
    heads,
    keyBundles: (session, held, hashes) => keyBundleFrames(held.chatId, keyBundles.askedFor(held, session.org, hashes)),
    unconfirmedBundles: (session, held) => keyBundleFrames(held.chatId, keyBundles.ofActs(held, session.org, 0, NEVER)),
    openRequests,
  };
}

export function headsText(said: { cpos: number; logs: readonly { logId: string; blockSeq: number }[] }): string {
  return `${said.cpos};${said.logs
    .map((log) => `${log.logId}:${log.blockSeq}`)
    .sort()
    .join(',')}`;
}

/** General and public chats never leave their node. */
export function isShared(held: HeldChat): boolean {
  return held.state.kind === 'private' || held.state.kind === 'direct';
}

function logById(held: HeldChat, id: number): HeldLog | undefined {
  for (const log of held.logs.values()) if (log.id === id) return log;
  return undefined;
}

function sizeOf(bundle: Bundle): number {
  return bundle.block.bytes.length + 80 + bundle.bodies.reduce((sum, body) => sum + (body?.length ?? 0) + 8, 0);
}

/** Does the organisation come into the chat by this act, having had nobody in it just before? */
function beginsHere(held: HeldChat, org: OrgId, cpos: number): boolean {
  let begins = false;
  for (const member of held.state.members.values()) {
    if (member.org !== org) continue;
    for (const { from, to } of member.intervals) {
      if (from === cpos) begins = true;
      else if (from < cpos && (to === null || to >= cpos)) return false;
    }
  }
  return begins;
}

/** Where the audience begins of whoever of the organisation is accepted by this act; null for nobody. */
function acceptedHere(held: HeldChat, org: OrgId, cpos: number): number | null {
  let from: number | null = null;
  for (const member of held.state.members.values()) {
    if (member.org !== org) continue;
    for (const interval of member.intervals) {
      if (interval.accepted === cpos) from = Math.min(from ?? interval.from, interval.from, ...grantedFrom(member));
    }
  }
  return from;
}

/** Where what this act grants to members of the organisation begins. */
function grantedHere(held: HeldChat, org: OrgId, cpos: number): number {
  const grants = [...held.state.members.values()].flatMap((member) => (member.org === org ? member.grants : []));
  const openings = grants.flatMap(({ at, openings: opened }) => (at === cpos ? opened : []));
  return Math.min(NEVER, ...openings.map(({ from }) => from));
}
