/**
 * The keyring of the account that is open, with what its owner may do with the keys: devices, password, recovery code, numbers of
 * others. Always holds: every change goes through the one vault, and is confirmed by the node before it counts.
 */
import { equalBytes } from '../../../protocol/bytes.ts';
import type { MemberKey } from '../../../protocol/chat/state.ts';
import type { Identity } from '../../../protocol/identity/identity-chain.ts';
import { safetyCode, safetyNumber } from '../../../protocol/identity/safety.ts';
import type { AccountId, DeviceId, OrgId } from '../../../protocol/ids.ts';
import { later } from '../../../protocol/later.ts';
import type { MemberRef } from '../../../protocol/log/entry.ts';
import { Fault } from '../../../protocol/result.ts';
import type { Api } from '../api.ts';
import type { Keyring, SeenIdentity } from '../keyring.ts';
import type { Answer, DeviceView } from '../model.ts';
import type { PasskeyAnswer, PasskeyAsk, PasskeyView } from '../passkey.ts';
import type { Clock } from '../ports.ts';
import { DONE, refused } from '../refusal.ts';
import { cardDevice } from './cards.ts';
import type { ThisDevice } from './device.ts';
import { writeKept } from './kept.ts';
import { LOST_KEY, type OpenVault } from './opening.ts';
import { Others } from './others.ts';
import { asAnswer, OwnVault, type Put, type VaultParts } from './own-vault.ts';
import { readSettings, withSettings } from './settings.ts';

export interface KeyringParts extends VaultParts {
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

export interface SafetyNumbers {
  readonly number: readonly string[];
  readonly code: string;
  readonly former: readonly string[] | null;
}

type Watcher = (what: 'own' | 'others') => void;

export class OpenKeyring implements Keyring {
  readonly org: OrgId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly deviceKey: CryptoKey;
  readonly #parts: KeyringParts;
  readonly #here: ThisDevice;
  readonly #vault: OwnVault;
  readonly #others: Others;
  readonly #watchers = new Set<Watcher>();

  constructor(parts: KeyringParts, here: ThisDevice, open: OpenVault) {
    const { org, account } = open.identity;
    this.org = org;
    this.account = account;
    this.device = here.device;
    this.deviceKey = here.deviceKey.privateKey;
    this.#parts = parts;
    this.#here = here;
    this.#vault = new OwnVault(parts, here, open, (before) => this.#vaultChanged(before));
    this.#others = new Others({ ...parts, vault: this.#vault, changed: () => this.#tell('others') });
  }

  identity(): Identity {
    return this.#vault.open.identity;
  }

  identityChain(): Uint8Array {
    return this.#vault.open.chain;
  }

  userKey(generation: number): Uint8Array | null {
    const key = this.#vault.open.inside.uks[generation - 1];
    return key && !equalBytes(key, LOST_KEY) ? key : null;
  }

  async identitiesOf(members: readonly MemberRef[]): Promise<ReadonlyMap<MemberKey, SeenIdentity>> {
    const others = members.filter(({ org, account }) => org !== this.org || account !== this.account);
    const found = new Map(await this.#others.identitiesOf(others));
    if (others.length < members.length) {
      found.set(`${this.org}/${this.account}`, this.#own());
    }
    return found;
  }

  async identityOf(org: OrgId, account: AccountId): Promise<SeenIdentity | null> {
    return (await this.identitiesOf([{ org, account }])).get(`${org}/${account}`) ?? null;
  }

  meet(identity: Identity, chain: Uint8Array): void {
    if (identity.org !== this.org || identity.account !== this.account) this.#others.meet(identity, chain);
  }

  chainOf(org: OrgId, account: AccountId): Uint8Array | null {
    return this.#others.chainOf(org, account);
  }

  markOf(org: OrgId, account: AccountId): ReturnType<Keyring['markOf']> {
    return org === this.org && account === this.account ? 'verified' : this.#others.mark(org, account);
  }

  watch(changed: Watcher): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  async refresh(): Promise<void> {
    const answer = await this.reread();
    if (!answer.ok) throw new Fault(`the own keys: ${answer.refusal.code}`);
  }

  /**
   * As `refresh`; a refusal says why these keys are no longer the account's: what `OwnVault.refresh` refuses, and `bad_device` where
   * the newest card does not name this device with this key.
   */
  async reread(): Promise<Answer<null>> {
    const answer = await this.#vault.refresh();
    if (!answer.ok) return answer;
    const { device, dk } = await cardDevice(this.device, this.#here.deviceKey);
    const isNamed = this.identity().devices.some((each) => each.device === device && equalBytes(each.dk, dk));
    return isNamed ? answer : refused('bad_device');
  }

  get recoveryKept(): boolean {
    return readSettings(this.#vault.open.inside.settings).recoveryKept;
  }

  /** The own half of every safety number. */
  fingerprint(): readonly string[] {
    const own = this.identity();
    return safetyNumber(own, own).slice(0, 6);
  }

  /** `code` as it was shown or typed. In force in place of the one before. Refuses `wrong_code`. */
  async keepCode(code: string): Promise<Answer<null>> {
    const { codeUnlocker, replaced } = await later(() => import('./making.ts'));
    const made = asAnswer(await codeUnlocker(this.#parts.random, code));
    if (!made.ok) return made;
    const next = made.value;
    return this.#vault.save(({ inside }) => {
      const settings = withSettings(inside.settings, { recoveryKept: true });
      const inForce = inside.unlockers.some(({ publicKey }) => equalBytes(publicKey, next.publicKey));
      return {
        inside: { ...inside, settings, unlockers: inForce ? inside.unlockers : replaced(inside, 'code', next) },
      };
    });
  }

  /** Refuses `bad_login`: `before` is not the password. */
  changePassword(before: string, after: string): Promise<Answer<null>> {
    return this.#vault.saveWith(async (open) => {
      const { beginNewPassword } = await later(() => import('../login.ts'));
      const { drawUnlocker, replaced } = await later(() => import('./making.ts'));
      const begun = await beginNewPassword(this.#parts.api, before, after);
      if (!begun.ok) return begun;
      const { exportKey, finish } = begun.value;
      const unlocker = await drawUnlocker(this.#parts.random, 'password', exportKey);
      const inside = { ...open.inside, unlockers: replaced(open.inside, 'password', unlocker) };
      const put: Put = async ({ vault, envelopes }) => {
        const answer = await finish({ vault, envelopes: envelopes ?? [] });
        return answer.ok ? { ok: true, value: open.chain } : answer;
      };
      return { ok: true, value: { change: { inside }, put } };
    });
  }

  async passkeyAsk(): Promise<Answer<PasskeyAsk>> {
    const { passkeyAsk } = await passkeysPart();
    return { ok: true, value: passkeyAsk(this, this.#vault.open.inside) };
  }

  async passkeys(): Promise<Answer<readonly PasskeyView[]>> {
    const { passkeysIn } = await passkeysPart();
    return { ok: true, value: passkeysIn(this.#vault.open.inside) };
  }

  /** Refuses what `withPasskey` does. */
  addPasskey(name: string, answer: PasskeyAnswer): Promise<Answer<null>> {
    return this.#vault.saveWith(async ({ inside }) => {
      const { withPasskey } = await passkeysPart();
      const { random, clock, api } = this.#parts;
      const next = await withPasskey(inside, this, { answer, name, random, now: clock.now() });
      const put: Put = (written) => writeKept(api, written);
      return next.ok ? { ok: true, value: { change: { inside: next.value }, put } } : next;
    });
  }

  /** Its envelope leaves the node; the vault key stays. */
  async removePasskey(id: string): Promise<Answer<null>> {
    const { withoutPasskey } = await passkeysPart();
    return this.#vault.save(({ inside }) => {
      const next = withoutPasskey(inside, id);
      return next === inside ? null : { inside: next };
    });
  }

  /** Where the account is signed in with a password; those without keys too. */
  async devices(): Promise<Answer<readonly DeviceView[]>> {
    const answer = await this.#parts.api.call('GET /api/v1/sessions', {});
    if (!answer.ok) return answer;
    const value = answer.value.sessions.map(({ device, label, createdAt, lastUsedAt }) => {
      return { device, label, addedAt: createdAt, lastUsedAt, here: device === this.device };
    });
    return { ok: true, value };
  }

  /** Ends its session, and takes it off the card with the next user key. Refuses `not_acceptable` for this one. */
  async removeDevice(device: DeviceId): Promise<Answer<null>> {
    if (device === this.device) return refused('not_acceptable', 'this device');
    const ended = await endSessionsOf(this.#parts.api, device);
    if (!ended.ok) return ended;
    // Whether it is on the card only the newest one says.
    const read = await this.reread();
    if (!read.ok) return read;
    const next = this.#parts.random.bytes(32);
    return this.#vault.save(({ inside, identity: { devices } }) => {
      if (!devices.some((each) => each.device === device)) return null;
      const rest = devices.filter((each) => each.device !== device);
      return { inside: { ...inside, uks: [...inside.uks, next] }, devices: rest };
    });
  }

  /** Refuses `not_found` where that person has no keys. */
  async safety({ org, account }: MemberRef): Promise<Answer<SafetyNumbers>> {
    const seen = await this.identityOf(org, account);
    if (!seen) return refused('not_found');
    const own = this.identity();
    const former = this.#others.former(seen.identity);
    const value = {
      number: safetyNumber(own, seen.identity),
      code: safetyCode(own, seen.identity),
      former: former && safetyNumber(own, { org, account, uik: former }),
    };
    return { ok: true, value };
  }

  /** Refuses `not_found` where that person has no keys. */
  judge(who: MemberRef, as: 'verified' | 'pinned'): Promise<Answer<null>> {
    return this.#others.judge(who, as);
  }

  /** Nothing is asked, written or told any more. */
  async close(): Promise<void> {
    this.#watchers.clear();
    this.#others.close();
    await this.#vault.end();
  }

  #own(): SeenIdentity {
    return { identity: this.identity(), chain: this.identityChain(), mark: 'verified' };
  }

  #vaultChanged(before: Identity): void {
    this.#tell(equalBytes(before.hash, this.identity().hash) ? 'others' : 'own');
  }

  #tell(what: 'own' | 'others'): void {
    for (const changed of this.#watchers) changed(what);
  }
}

/** Signs that device of the account out. */
export async function endSessionsOf(api: Api, device: DeviceId): Promise<Answer<null>> {
  const answer = await api.call('GET /api/v1/sessions', {});
  if (!answer.ok) return answer;
  for (const { id } of answer.value.sessions.filter((each) => each.device === device)) {
    const ended = await api.call('DELETE /api/v1/sessions/:id', { params: { id } });
    if (!ended.ok && ended.refusal.code !== 'not_found') return ended;
  }
  return DONE;
}

function passkeysPart() {
  return later(() => import('./passkeys.ts'));
}
