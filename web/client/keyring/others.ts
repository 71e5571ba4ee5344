/**
 * Who others are: asks the node for their chains, checks them, and keeps in the vault what this account has seen (SEAL 2.5). Always
 * holds: nobody is shown as pinned whose chain was not verified; a change is shown at once, and stored a little later.
 */
import { equalBytes } from '../../../protocol/bytes.ts';
import { type MemberKey, memberKey } from '../../../protocol/chat/state.ts';
import { type Identity, verifyIdentity } from '../../../protocol/identity/identity-chain.ts';
import { verifyChain } from '../../../protocol/identity/organisation.ts';
import { type AccountId, type OrgId, toBase32 } from '../../../protocol/ids.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import type { MemberRef } from '../../../protocol/log/entry.ts';
import { Fault } from '../../../protocol/result.ts';
import { type KnownIdentity, pinOf, type VaultInside } from '../../../protocol/seal/vault.ts';
import type { Api } from '../api.ts';
import { fromBase64 } from '../base64.ts';
import type { SeenIdentity } from '../keyring.ts';
import type { Answer } from '../model.ts';
import type { Clock, Timer } from '../ports.ts';
import { refused } from '../refusal.ts';
import { afterJudging, afterSeeing, formerKey, type Mark, markOf, withKnown } from './known.ts';
import type { OwnVault } from './own-vault.ts';

export interface OthersParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
  readonly vault: OwnVault;
  readonly changed: () => void;
}

interface Seen {
  readonly identity: Identity;
  readonly chain: Uint8Array;
}

interface Unsaved {
  readonly identity: Identity;
  /** What was known then. */
  readonly known: KnownIdentity | null;
}

const SAVE_AFTER_MS = 2_000;
const ASK_AGAIN_FIRST_MS = 2_000;
const ASK_AGAIN_LAST_MS = 600_000;

export class Others {
  readonly #parts: OthersParts;
  readonly #seen = new Map<MemberKey, Seen>();
  /** Cards that did not fit what is pinned, and were looked into. */
  readonly #judged = new Set<string>();
  /** Asked for, and there was nothing. */
  readonly #without = new Set<MemberKey>();
  /** Asked for, and their node has not answered. */
  readonly #unanswered = new Map<MemberKey, MemberRef>();
  /** Seen, and not in the vault yet. */
  readonly #unsaved = new Map<MemberKey, Unsaved>();
  readonly #orgKeys = new Map<OrgId, readonly Uint8Array[]>();
  #index: { readonly of: VaultInside['known']; readonly by: ReadonlyMap<MemberKey, KnownIdentity> } | null = null;
  #timer: Timer | null = null;
  #again: Timer | null = null;
  #againAfterMs = ASK_AGAIN_FIRST_MS;
  #closed = false;

  constructor(parts: OthersParts) {
    this.#parts = parts;
  }

  /** See `Keyring.identitiesOf`. */
  async identitiesOf(members: readonly MemberRef[]): Promise<ReadonlyMap<MemberKey, SeenIdentity>> {
    const found = new Map<MemberKey, SeenIdentity>();
    for (let at = 0; at < members.length; at += LIMITS.identitiesPerCall) {
      for (const seen of await this.#ask(members.slice(at, at + LIMITS.identitiesPerCall))) {
        found.set(memberKey(seen.identity.org, seen.identity.account), seen);
      }
    }
    return found;
  }

  /** See `Keyring.meet`. */
  meet(identity: Identity, chain: Uint8Array): void {
    const key = memberKey(identity.org, identity.account);
    const known = this.#known(key);
    if (known && !equalBytes(known.pin, pinOf(identity.uik))) {
      const name = toBase32(identity.hash);
      if (this.#explains(key, identity) || this.#judged.has(name)) return;
      this.#judged.add(name);
      void this.#judgeMet(key, identity).catch((error: unknown) => this.#quietly(error));
    } else if ((this.#seen.get(key)?.identity.seq ?? -1) < identity.seq) this.#see(identity, chain);
  }

  chainOf(org: OrgId, account: AccountId): Uint8Array | null {
    return this.#seen.get(memberKey(org, account))?.chain ?? null;
  }

  mark(org: OrgId, account: AccountId): Mark | 'none' | 'unanswered' | null {
    if (this.#without.has(memberKey(org, account))) return 'none';
    if (this.#unanswered.has(memberKey(org, account))) return 'unanswered';
    const known = this.#known(memberKey(org, account));
    return known && markOf(known);
  }

  /** The key that was pinned before a change that nobody has acknowledged. 32 bytes. */
  former(identity: Identity): Uint8Array | null {
    const known = this.#known(memberKey(identity.org, identity.account));
    return known?.changed ? formerKey(known, identity) : null;
  }

  /** Refuses `not_found` where that person has no keys. */
  async judge({ org, account }: MemberRef, as: 'verified' | 'pinned'): Promise<Answer<null>> {
    const key = memberKey(org, account);
    const seen = this.#seen.get(key) ?? (await this.identitiesOf([{ org, account }])).get(key);
    if (!seen) return refused('not_found');
    this.#unsaved.delete(key);
    const answer = await this.#parts.vault.save(({ inside }) => ({
      inside: { ...inside, known: withKnown(inside.known, [afterJudging(seen.identity, as)]) },
    }));
    this.#parts.changed();
    return answer;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#again?.cancel();
  }

  #known(key: MemberKey): KnownIdentity | null {
    const { known } = this.#parts.vault.open.inside;
    if (this.#index?.of !== known) {
      this.#index = { of: known, by: new Map(known.map((each) => [memberKey(each.org, each.account), each])) };
    }
    const stored = this.#index.by.get(key) ?? null;
    const unsaved = this.#unsaved.get(key);
    return unsaved ? afterSeeing(stored ?? unsaved.known, unsaved.identity) : stored;
  }

  /** Is that key one that the newest chain has, or had? */
  #explains(key: MemberKey, { uik }: Identity): boolean {
    return this.#seen.get(key)?.identity.changes.some((change) => equalBytes(change.uik, uik)) ?? false;
  }

  /** Perhaps the chat only shows an older chain: the newest one says. Where that does not have the key at all, somebody lies. */
  async #judgeMet(key: MemberKey, identity: Identity): Promise<void> {
    await this.#ask([identity]);
    if (this.#explains(key, identity)) return;
    this.#note(key, identity);
  }

  async #ask(members: readonly MemberRef[]): Promise<SeenIdentity[]> {
    const { api, report } = this.#parts;
    const body = { members: members.map(({ org, account }) => ({ org, account })) };
    const answer = await api.call('POST /api/v1/people/identities', { body });
    if (!answer.ok) throw new Fault(`identities: ${answer.refusal.code}`);
    const asked = new Set(members.map(({ org, account }) => memberKey(org, account)));
    const found: SeenIdentity[] = [];
    for (const { org, account, chain } of answer.value.identities) {
      if (!asked.has(memberKey(org, account))) continue;
      const seen = await this.#verified(org, account, fromBase64(chain));
      if (seen) found.push(this.#see(seen.identity, seen.chain));
      else report(new Fault(`the chain of ${account} does not verify`));
      asked.delete(memberKey(org, account));
    }
    const silent = new Set(answer.value.unanswered.map(({ org }) => org));
    this.#lacking(
      members.filter(({ org, account }) => asked.has(memberKey(org, account))),
      silent,
    );
    return found;
  }

  /** Nothing came of these. Whether they have keys is known only where their node has answered. */
  #lacking(members: readonly MemberRef[], silent: ReadonlySet<OrgId>): void {
    let isNew = false;
    for (const member of members) {
      const key = memberKey(member.org, member.account);
      if (this.#seen.has(key)) continue;
      const isSilent = silent.has(member.org);
      isNew ||= !(isSilent ? this.#unanswered : this.#without).has(key);
      if (isSilent) this.#unanswered.set(key, member);
      else this.#unanswered.delete(key);
      if (isSilent) this.#without.delete(key);
      else this.#without.add(key);
    }
    if (isNew) this.#parts.changed();
    if (this.#unanswered.size > 0) this.#askAgainSoon();
    else this.#againAfterMs = ASK_AGAIN_FIRST_MS;
  }

  /** Later each time, as a node may be away for days. */
  #askAgainSoon(): void {
    if (this.#closed || this.#again) return;
    this.#again = this.#parts.clock.after(this.#againAfterMs, async () => {
      this.#again = null;
      this.#againAfterMs = Math.min(1.5 * this.#againAfterMs, ASK_AGAIN_LAST_MS);
      const members = [...this.#unanswered.values()].slice(0, LIMITS.identitiesPerCall);
      if (members.length === 0) return;
      await this.#ask(members).catch((error: unknown) => this.#quietly(error));
      if (this.#unanswered.size > 0) this.#askAgainSoon();
    });
  }

  #see(identity: Identity, chain: Uint8Array): SeenIdentity {
    const { org, account } = identity;
    const key = memberKey(org, account);
    const before = this.#seen.get(key);
    // A node that hands out an older chain takes nothing back.
    const isOlder =
      before && equalBytes(before.identity.enrolHash, identity.enrolHash) && before.identity.seq > identity.seq;
    const newest = isOlder ? before : { identity, chain };
    this.#seen.set(key, newest);
    const wasLacking = [this.#without.delete(key), this.#unanswered.delete(key)].includes(true);
    const known = this.#known(key);
    if (afterSeeing(known, newest.identity) !== known) {
      this.#note(key, newest.identity);
    } else if (wasLacking) this.#parts.changed();
    const now = this.#known(key);
    return { ...newest, mark: now ? markOf(now) : 'pinned' };
  }

  /** A change of what is known: shown now, stored soon. */
  #note(key: MemberKey, identity: Identity): void {
    this.#unsaved.set(key, { identity, known: this.#known(key) });
    this.#saveSoon();
    this.#parts.changed();
  }

  #saveSoon(): void {
    if (this.#closed) return;
    this.#timer ??= this.#parts.clock.after(SAVE_AFTER_MS, async () => {
      this.#timer = null;
      await this.#save().catch((error: unknown) => this.#quietly(error));
    });
  }

  async #save(): Promise<void> {
    const saving = new Map(this.#unsaved);
    const answer = await this.#parts.vault.save(({ inside }) => {
      const known = new Map(inside.known.map((each) => [memberKey(each.org, each.account), each]));
      const changes = [...saving].flatMap(([key, seen]) => {
        const before = known.get(key) ?? null;
        const after = afterSeeing(before ?? seen.known, seen.identity);
        return after === before ? [] : [after];
      });
      return changes.length === 0 ? null : { inside: { ...inside, known: withKnown(inside.known, changes) } };
    });
    if (!answer.ok) throw new Fault(`what is known of others: ${answer.refusal.code}`);
    for (const [key, seen] of saving) if (this.#unsaved.get(key) === seen) this.#unsaved.delete(key);
  }

  /** What the network does is tried again with the next one that is seen. */
  #quietly(error: unknown): void {
    if (!(error instanceof Fault)) this.#parts.report(error);
  }

  async #verified(org: OrgId, account: AccountId, chain: Uint8Array): Promise<Seen | null> {
    for (const again of [false, true]) {
      for (const key of await this.#keysOf(org, again)) {
        const read = verifyIdentity(chain, key);
        if (read.ok)
          return read.value.org === org && read.value.account === account ? { identity: read.value, chain } : null;
      }
    }
    return null;
  }

  /** Every operational key that the organisation's root keys have named, the newest first. */
  async #keysOf(org: OrgId, again: boolean): Promise<readonly Uint8Array[]> {
    const known = this.#orgKeys.get(org);
    if (known && !again) return known;
    const answer = await this.#parts.api.call('GET /api/v1/organisations/:org', { params: { org } });
    const read = answer.ok ? verifyChain(fromBase64(answer.value.chain)) : null;
    if (!read?.ok || read.value.orgId !== org) return [];
    const keys = read.value.rootRecords.map(({ record }) => record.opKey).reverse();
    this.#orgKeys.set(org, keys);
    return keys;
  }
}
