/**
 * What a peer sends, frame by frame (PROTOCOL 5). Always holds: budgets are taken before any work on the database; what is
 * refused is counted and dropped, and disturbs neither the stream nor another peer; `ack` is said after everything before
 * the mark is on disk.
 */
import { equalBytes } from '../../protocol/bytes.ts';
import { currentInterval, memberKey } from '../../protocol/chat/state.ts';
import { decode } from '../../protocol/codec.ts';
import { verify } from '../../protocol/ed25519.ts';
import { claimedOrgId } from '../../protocol/identity/organisation.ts';
import { decodeProfile } from '../../protocol/identity/profile.ts';
import type { ChatId, LogId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type Refusal, refuse } from '../../protocol/result.ts';
import { type ChatHeads, type Frame, type FrameOf, receiptList } from '../../protocol/sync/frames.ts';
import type { Chats } from '../chats/chats.ts';
import { type HeldChat, isParty } from '../chats/held.ts';
import type { Peers } from '../identity/peers.ts';
import type { Profiles } from '../identity/profiles.ts';
import type { Clock, Log } from '../ports.ts';
import type { Budgets } from './budgets.ts';
import { headsText, isShared, type Outbox } from './outbox.ts';
import type { Session } from './session.ts';

export interface Inbound {
  frame(session: Session, frame: Frame): Promise<void>;
}

export interface InboundUses {
  readonly budgets: Budgets;
  readonly chats: Chats;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly peers: Peers;
  readonly profiles: Profiles;
  readonly self: { readonly orgId: OrgId };
  /** A frame, or part of one, was refused. */
  readonly onRefused: (org: OrgId, refusal: Refusal) => void;
  /** A log of this organisation was brought again: a body that will not come any more may be known to be gone. */
  readonly onKnown: (org: OrgId, logId: LogId) => void;
  /** The peer confirmed everything up to here. */
  readonly onAck: (session: Session, upTo: number) => void;
  readonly onTyping: (chatId: ChatId, org: OrgId, account: FrameOf<'typing'>['account']) => void;
}

/** Not asked again for the same within this time: what was asked for is on its way. */
const ASK_AGAIN_MS = 5_000;
const MOST_ASKED = 10_000;
const MOST_UNKNOWN = 100;

export function createInbound(uses: InboundUses): Inbound {
  const { budgets, chats, clock, log, outbox, peers, profiles, self } = uses;
  const { sharing } = chats;

  async function frame(session: Session, value: Frame): Promise<void> {
    const waitMs = budgets.takeFrame(session.org, value);
    if (waitMs > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    // In between it may have been shut out.
    if (!session.isOpen()) return;
    switch (value.is) {
      case 'control':
        return control(session, value);
      case 'blocks':
        return blocks(session, value);
      case 'mark':
        return session.send({ is: 'ack', upTo: value.upTo });
      case 'ack':
        return uses.onAck(session, value.upTo);
      case 'receipts':
        return receipts(session, value);
      case 'heads':
        return heads(session, value.chats);
      case 'pull':
        return pull(session, value);
      case 'profiles':
        return takeProfiles(session, value);
      case 'record':
        return record(session, value);
      case 'proof':
        return refusedIf(session, await chats.takeProof(value.proof));
      case 'typing':
        return typing(session, value);
      case 'keyBundles':
        return takeKeyBundles(session, value);
      case 'lackBundles':
        return lackBundles(session, value);
      case 'haveBundles':
        return haveBundles(session, value);
      case 'hello':
      case 'welcome':
      case 'goodbye':
        return;
      default:
        value satisfies never;
    }
  }

  function refusedIf(session: Session, result: { ok: true } | { ok: false; refusal: Refusal }): void {
    if (result.ok) return;
    uses.onRefused(session.org, result.refusal);
    log.debug('federation.refused', { code: result.refusal.code, detail: result.refusal.detail ?? null });
  }

  async function control(session: Session, value: FrameOf<'control'>): Promise<void> {
    const isUnknown = !sharing.find(value.chatId);
    if (isUnknown && !budgets.takeInvitation(session.org)) return refusedIf(session, refuse('rate_limited'));
    const taken = await chats.takeControl(session.org, value);
    refusedIf(session, taken);
    if (!taken.ok) return;
    if (taken.value.refused) refusedIf(session, { ok: false, refusal: taken.value.refused });
    const held = sharing.find(value.chatId);
    if (!held) return;
    if (taken.value.gap && isParty(held.state, session.org)) askControl(session, held);
    await chats.retryBlocks(value.chatId);
    chats.considerRequests(value.chatId);
    const said = session.unknownHeads.get(value.chatId) ?? session.aheadHeads.get(value.chatId);
    if (!said) return;
    session.unknownHeads.delete(value.chatId);
    session.aheadHeads.delete(value.chatId);
    await heads(session, [said]);
  }

  async function blocks(session: Session, value: FrameOf<'blocks'>): Promise<void> {
    const taken = await chats.takeBundles(session.org, value.bundles);
    for (const [i, result] of taken.entries()) {
      refusedIf(session, result);
      if (!result.ok) continue;
      const held = sharing.find(result.value.chatId);
      const owner = held?.logs.get(result.value.logId)?.org;
      if (owner) uses.onKnown(owner, result.value.logId);
      if (!held) continue;
      budgets.chargeRequests(session.org, result.value.toOrder);
      const bodies = value.bundles[i]?.bodies ?? [];
      if (value.looks.length > 0) await chats.keepLooks(held.chatId, value.looks, bodies);
      if (result.value.taken === 'gap') askLog(session, held, result.value.logId);
      if (result.value.taken === 'held') askControl(session, held);
    }
  }

  function mayAsk(session: Session, what: ChatId | LogId | `keys ${ChatId}`): boolean {
    const now = clock.now();
    if ((session.asked.get(what) ?? 0) > now) return false;
    if (session.asked.size >= MOST_ASKED) session.asked.clear();
    if (session.unknownHeads.size >= MOST_UNKNOWN) session.unknownHeads.clear();
    session.asked.set(what, now + ASK_AGAIN_MS);
    return true;
  }

  function askControl(session: Session, held: HeldChat): void {
    if (mayAsk(session, held.chatId))
      session.send({ is: 'pull', chatId: held.chatId, fromCpos: held.state.head.cpos + 1, logs: [] });
  }

  function askLog(session: Session, held: HeldChat, logId: LogId): void {
    const here = held.logs.get(logId);
    if (!here || !mayAsk(session, logId)) return;
    session.send({
      is: 'pull',
      chatId: held.chatId,
      fromCpos: null,
      logs: [{ logId, fromBlock: here.head.blockSeq + 1 }],
    });
  }

  async function receipts(session: Session, { receipts: list }: FrameOf<'receipts'>): Promise<void> {
    const read = decode(receiptList, list.bytes, list.bytes.length);
    const key = session.connection.remoteKey;
    if (!read.ok || read.value.to !== self.orgId) return refusedIf(session, read.ok ? refuse('malformed') : read);
    if (!(await verify('receipt', list.bytes, key, list.signature))) return refusedIf(session, refuse('bad_signature'));
    const notBelieved = chats.takeReceipts(session.org, read.value.receipts);
    if (notBelieved > 0) refusedIf(session, refuse('not_found', 'receipt'));
  }

  /** The chat, if it is the peer's business: for everybody else it is as if it were not there (P2). */
  function sharedWith(session: Session, chatId: ChatId): HeldChat | undefined {
    const held = sharing.find(chatId);
    if (held && isShared(held) && isParty(held.state, session.org)) return held;
    refusedIf(session, refuse('not_found'));
    return undefined;
  }

  async function heads(session: Session, said: readonly ChatHeads[]): Promise<void> {
    for (const each of said) {
      const held = sharedWith(session, each.chatId);
      if (!held) {
        askWhole(session, each);
        continue;
      }
      session.heardHeads.set(each.chatId, headsText(each));
      await sharing.hearHeads(session.org, each);
      if (!held.confirmed) session.aheadHeads.set(each.chatId, each);
      compare(session, held, each);
      askKeyBundles(session, held);
      answerHeads(session, held, each);
    }
  }

  /**
   * What the peer says that we share may have been refused here when it came. Asked for in the same way whether the chat is
   * not here or not the peer's, so that it learns nothing.
   */
  function askWhole(session: Session, said: ChatHeads): void {
    if (!mayAsk(session, said.chatId)) return;
    session.unknownHeads.set(said.chatId, said);
    session.send({ is: 'pull', chatId: said.chatId, fromCpos: 0, logs: [] });
  }

  /**
   * Asks for what the peer has and this node has not (PROTOCOL 5.3), of the own log too: only the block itself proves that
   * another installation wrote it.
   */
  function compare(session: Session, held: HeldChat, said: ChatHeads): void {
    const logs = said.logs.flatMap((theirs) => {
      const here = held.logs.get(theirs.logId);
      const sealed = held.state.logs.get(theirs.logId)?.sealed;
      if (!here || here.stopped || (sealed && here.head.seq >= sealed.seq)) return [];
      const isFork =
        theirs.blockSeq === here.head.blockSeq && !theirs.hash.every((byte, i) => byte === here.head.hash[i]);
      const missing = here.org === self.orgId ? null : sharing.blockMissing(held, here);
      const fromBlock = isFork
        ? theirs.blockSeq
        : theirs.blockSeq > here.head.blockSeq
          ? here.head.blockSeq + 1
          : missing;
      if (fromBlock === null || !mayAsk(session, theirs.logId)) return [];
      return [{ logId: theirs.logId, fromBlock: Math.min(fromBlock, missing ?? fromBlock) }];
    });
    const isBehind = said.cpos > held.state.head.cpos && mayAsk(session, held.chatId);
    if (logs.length > 0 || isBehind) {
      session.send({ is: 'pull', chatId: held.chatId, fromCpos: isBehind ? held.state.head.cpos + 1 : null, logs });
    }
  }

  /** Says the own heads, once for each state of them: the other side then knows that it is confirmed, or what it misses. */
  function answerHeads(session: Session, held: HeldChat, said: ChatHeads): void {
    const own = sharing.heads(held, session.org);
    if (!own || session.sentHeads.get(held.chatId) === headsText(own)) return;
    if (headsText(own) === headsText(said) && session.sentHeads.has(held.chatId)) return;
    session.queue(outbox.heads(session, held));
  }

  function pull(session: Session, value: FrameOf<'pull'>): void {
    const held = sharedWith(session, value.chatId);
    if (!held) return;
    if (value.fromCpos !== null) session.queue(outbox.control(session, held, value.fromCpos));
    const wanted = new Map(value.logs.map(({ logId, fromBlock }) => [logId, fromBlock]));
    for (const [logId, fromBlock] of wanted) {
      const here = held.logs.get(logId);
      if (here) session.queue(outbox.blocks(session, held, here, fromBlock));
    }
  }

  async function takeKeyBundles(session: Session, { chatId, bundles }: FrameOf<'keyBundles'>): Promise<void> {
    const taken = await chats.keyBundles.take(session.org, chatId, bundles);
    refusedIf(session, taken);
    for (let at = 0; taken.ok && at < taken.value.length; at += LIMITS.hashesPerFrame)
      session.send({ is: 'haveBundles', chatId, hashes: taken.value.slice(at, at + LIMITS.hashesPerFrame) });
  }

  function lackBundles(session: Session, { chatId, hashes }: FrameOf<'lackBundles'>): void {
    const held = sharedWith(session, chatId);
    if (held) session.queue(outbox.keyBundles(session, held, hashes));
  }

  async function haveBundles(session: Session, { chatId, hashes }: FrameOf<'haveBundles'>): Promise<void> {
    const held = sharedWith(session, chatId);
    if (held) await chats.keyBundles.has(session.org, held, hashes);
  }

  /** What is due here, and was lost on its way or is no more with whoever should have sent it. */
  function askKeyBundles(session: Session, held: HeldChat): void {
    const hashes = chats.keyBundles.lackingFrom(held, session.org).slice(0, LIMITS.hashesPerFrame);
    if (hashes.length > 0 && mayAsk(session, `keys ${held.chatId}`))
      session.send({ is: 'lackBundles', chatId: held.chatId, hashes });
  }

  async function takeProfiles(session: Session, value: FrameOf<'profiles'>): Promise<void> {
    for (const each of value.profiles) {
      const profile = decodeProfile(each.bytes);
      const of = profile.ok ? peers.get(profile.value.orgId)?.organisation : undefined;
      if (!profile.ok || !of) {
        refusedIf(session, profile.ok ? refuse('unknown_peer') : profile);
        continue;
      }
      if (!profiles.get(profile.value) && !budgets.takePerson(session.org)) {
        refusedIf(session, refuse('rate_limited'));
        continue;
      }
      const put = await profiles.put(each, of);
      refusedIf(session, put);
      if (put.ok && put.value) await chats.profileArrived(profile.value.orgId, profile.value.accountId);
    }
  }

  async function record(session: Session, { chain }: FrameOf<'record'>): Promise<void> {
    const known = peers.get(session.org)?.organisation?.chainBytes;
    if (known && equalBytes(known, chain)) return;
    const claimed = claimedOrgId(chain);
    const isTheirs = claimed.ok && claimed.value === session.org;
    refusedIf(session, isTheirs ? await peers.learn(chain, { as: 'seen' }) : refuse('bad_record', 'of another'));
  }

  function typing(session: Session, { chatId, account }: FrameOf<'typing'>): void {
    const held = sharing.find(chatId);
    const current = currentInterval(held?.state.members.get(memberKey(session.org, account)));
    if (current && current.accepted !== null) uses.onTyping(chatId, session.org, account);
    else refusedIf(session, refuse('not_found'));
  }

  return { frame };
}
