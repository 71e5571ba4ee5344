/**
 * How an account is entered here: by link, by password, from what the device keeps, by the recovery code, or with new keys. Always
 * holds: the account is open only with its own vault and with this device on its newest card; otherwise it is locked, and the reason
 * is said.
 */
import type { Me } from '../../../protocol/api/shapes.ts';
import { type Identity, verifyIdentity } from '../../../protocol/identity/identity-chain.ts';
import type { DeviceId } from '../../../protocol/ids.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import type { MemberRef } from '../../../protocol/log/entry.ts';
import { Fault, ok, type Result } from '../../../protocol/result.ts';
import { parseRecoveryCode } from '../../../protocol/seal/recovery-code.ts';
import { openEnvelopes, UNLOCKER_KINDS, type UnlockerKind } from '../../../protocol/seal/unlockers.ts';
import { decodeVault } from '../../../protocol/seal/vault.ts';
import { type Joining, joinByLink, logIn, type NewKeys } from '../login.ts';
import type { Answer } from '../model.ts';
import type { PasskeyAnswer, PasskeyAsk, Unlocking } from '../passkey.ts';
import { refused } from '../refusal.ts';
import { cardDevice } from './cards.ts';
import { keepOnDevice, type ThisDevice } from './device.ts';
import { type Kept, readKept, writeKept } from './kept.ts';
import { type Before, drawDevice, drawUnlocker, type MadeKeys, makeKeys, replaced } from './making.ts';
import { endSessionsOf, type KeyringParts, OpenKeyring } from './open-keyring.ts';
import { type OpenVault, openWithKey } from './opening.ts';
import { asAnswer, OwnVault } from './own-vault.ts';
import { afterUse, passkeyAsk, secretIn } from './passkeys.ts';
import { AFTER_LOCK, type Entry, type Locked, locked, reopenHere } from './reopening.ts';

export interface DoorParts extends KeyringParts {
  readonly label: string;
  /** A program: its device is the token's. */
  readonly byToken: boolean;
}

interface Adding {
  readonly exportKey?: Uint8Array | null;
  readonly instead?: DeviceId | null;
  readonly settings?: ((before: Uint8Array) => Uint8Array) | undefined;
}

const BY_CODE: Locked = { after: 'lock', ways: ['code'], why: null };
const NO_KEYS: Locked = { after: 'no-keys', ways: ['password'], why: null };

export class Door {
  readonly #parts: DoorParts;
  /** Of the password that was typed, while it has not opened the vault. */
  #exportKey: { readonly account: Me['account']; readonly key: Uint8Array } | null = null;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** By a link: a new account with its keys, or a new password for one that may have some. */
  async join(joining: Joining): Promise<Answer<Entry>> {
    const { api, label } = this.#parts;
    const here = await this.#newDevice();
    const made: { keys: MadeKeys | null } = { keys: null };
    const make = async (member: MemberRef, exportKey: Uint8Array): Promise<NewKeys> => {
      const keys = asAnswer(await this.#make(member, null, here, exportKey));
      if (!keys.ok) throw new Fault(`new keys: ${keys.refusal.code}`);
      made.keys = keys.value;
      return keys.value.written;
    };
    const entered = await joinByLink(api, joining, { device: here.device, label }, make);
    if (!entered.ok) return entered;
    const { me, exportKey } = entered.value;
    this.#exportKey = { account: me.account, key: exportKey };
    return made.keys ? this.#enterMade(me, here, made.keys) : this.#enterByPassword(me, here, exportKey);
  }

  /** `instead`: a device of the account whose session gives way to the new one. Refuses `bad_login`, and what the node refuses. */
  async logIn(name: string, password: string, instead: DeviceId | null = null): Promise<Answer<Entry>> {
    const { api, label } = this.#parts;
    const here = await this.#newDevice();
    const entered = await logIn(api, name, password, { device: here.device, label });
    if (!entered.ok) return entered;
    const { me, exportKey } = entered.value;
    this.#exportKey = { account: me.account, key: exportKey };
    if (instead) await endSessionsOf(api, instead);
    return this.#enterByPassword(me, here, exportKey, instead);
  }

  /** After a new start, for the session that there is: asks nothing where the device has kept the vault key. */
  async reopen(me: Me): Promise<Entry> {
    const here = await reopenHere(this.#parts, me);
    if (here) return here;
    if (await this.#hasKeys()) return locked(me, this.#parts.byToken ? BY_CODE : AFTER_LOCK);
    return this.#parts.byToken ? this.#firstOfProgram(me) : locked(me, NO_KEYS);
  }

  /** For who is signed in, but locked. Refuses `bad_login`, `wrong_code`, `vault_broken`, `vault_rolled_back`, `identity_forked`. */
  async unlock(me: Me, by: Unlocking): Promise<Answer<Entry>> {
    if ('password' in by) return this.logIn(nameOf(me), by.password, me.device);
    if ('passkey' in by) return this.#unlockByPasskey(me, by.passkey);
    const secret = asAnswer(parseRecoveryCode(by.code));
    return secret.ok ? this.#unlockBy(me, 'code', secret.value) : secret;
  }

  /** For who is locked: what to ask the browser for. Refuses `not_found` where no passkey opens the vault. */
  async passkeyAsk(me: Me): Promise<Answer<PasskeyAsk>> {
    const kept = await readKept(this.#parts.api);
    if (!kept.ok) return kept;
    if (!kept.value.envelopes.some(({ kind }) => kind === UNLOCKER_KINDS.passkey)) return refused('not_found');
    return { ok: true, value: passkeyAsk(me, null) };
  }

  /** Refuses `passkey_wrong`, what `secretIn` does, and what `unlock` does of the vault. */
  async #unlockByPasskey(me: Me, answer: PasskeyAnswer): Promise<Answer<Entry>> {
    const secret = secretIn(me, answer);
    if (!secret.ok) return secret;
    const now = this.#parts.clock.now();
    return this.#unlockBy(me, 'passkey', secret.value, (settings) => afterUse(settings, answer, now));
  }

  async #unlockBy(
    me: Me,
    kind: UnlockerKind,
    secret: Uint8Array,
    settings?: Adding['settings'],
  ): Promise<Answer<Entry>> {
    const kept = await readKept(this.#parts.api);
    if (!kept.ok) return kept;
    const open = asAnswer(await openWithSecret(me, kept.value, kind, secret));
    if (!open.ok) return open;
    const here = { ...(await this.#newDevice()), device: me.device };
    return this.#addHere(me, here, open.value, { exportKey: this.#keyOf(me), settings });
  }

  /** New keys for who lost password and code (SEAL 3.4). */
  async startOver(me: Me): Promise<Answer<Entry>> {
    const kept = await readKept(this.#parts.api);
    if (!kept.ok) return kept;
    const before = asAnswer(beforeReset(kept.value));
    if (!before.ok) return before;
    const here = { ...(await this.#newDevice()), device: me.device };
    return this.#writeNew(me, before.value, here);
  }

  /** Nobody types a password for a program: its keys are made by the way, and only their code opens them elsewhere. */
  async #firstOfProgram(me: Me): Promise<Entry> {
    const here = { ...(await this.#newDevice()), device: me.device };
    const answer = await this.#writeNew(me, null, here);
    return answer.ok ? answer.value : locked(me, { ...BY_CODE, why: answer.refusal });
  }

  /** Where the node cannot be asked: yes. */
  async #hasKeys(): Promise<boolean> {
    try {
      const kept = await readKept(this.#parts.api);
      return !kept.ok || kept.value.chain !== null;
    } catch (error) {
      if (error instanceof Fault) return true;
      throw error;
    }
  }

  async #newDevice(): Promise<ThisDevice> {
    return { ...(await this.#parts.keys.fresh()), device: drawDevice(this.#parts.random) };
  }

  async #make(member: MemberRef, before: Before | null, here: ThisDevice, exportKey: Uint8Array | null) {
    const { random, clock } = this.#parts;
    const device = await cardDevice(here.device, here.deviceKey);
    return makeKeys(member, before, device, exportKey, { random, now: clock.now() });
  }

  async #enterByPassword(
    me: Me,
    here: ThisDevice,
    exportKey: Uint8Array,
    instead: DeviceId | null = null,
  ): Promise<Answer<Entry>> {
    const kept = await readKept(this.#parts.api);
    if (!kept.ok) return kept;
    if (!kept.value.chain && !kept.value.vault) return this.#writeNew(me, null, here);
    const open = asAnswer(await openWithSecret(me, kept.value, 'password', exportKey));
    if (open.ok) return this.#addHere(me, here, open.value, { instead });
    // The password is right, or nobody would be signed in: it was set anew, and only the code opens the vault.
    const wasReset = open.refusal.code === 'wrong_code';
    const how: Locked = wasReset ? { after: 'reset', ways: ['code'], why: null } : { ...AFTER_LOCK, why: open.refusal };
    return { ok: true, value: locked(me, how) };
  }

  /** First keys, or new ones. When another device was faster with the first, its keys are the account's. */
  async #writeNew(me: Me, before: Before | null, here: ThisDevice): Promise<Answer<Entry>> {
    const exportKey = this.#keyOf(me);
    const made = asAnswer(await this.#make(me, before, here, exportKey));
    if (!made.ok) return made;
    const answer = await writeKept(this.#parts.api, made.value.written);
    if (answer.ok) return this.#enterMade(me, here, made.value);
    const kept = before || !exportKey ? null : await readKept(this.#parts.api);
    return kept?.ok && kept.value.chain && exportKey ? this.#enterByPassword(me, here, exportKey) : answer;
  }

  async #enterMade(me: Me, here: ThisDevice, { vaultKey, code }: MadeKeys): Promise<Answer<Entry>> {
    const kept = await readKept(this.#parts.api);
    if (!kept.ok) return kept;
    const open = asAnswer(await openWithKey(me, kept.value, vaultKey, 0));
    if (!open.ok) return open;
    await keepOnDevice(this.#parts.keys, this.#parts.random, here, open.value);
    return { ok: true, value: this.#opened(me, here, open.value, code) };
  }

  /**
   * This device on the card. `exportKey`: of a password that was set anew, to open the vault from now on; `instead`: a device that is
   * no more.
   */
  async #addHere(
    me: Me,
    here: ThisDevice,
    open: OpenVault,
    { exportKey = null, instead = null, settings = (before) => before }: Adding,
  ): Promise<Answer<Entry>> {
    const { random } = this.#parts;
    const giving = await this.#makingWay(open.identity, [here.device, instead]);
    if (!giving.ok) return giving;
    const gone = new Set(giving.value);
    const own = await cardDevice(here.device, here.deviceKey);
    const unlocker = exportKey && (await drawUnlocker(random, 'password', exportKey));
    const vault = new OwnVault(this.#parts, here, open, () => {});
    const answer = await vault.save(({ inside, identity: { devices } }) => {
      const others = devices.filter(({ device }) => !gone.has(device)).slice(0, LIMITS.devicesPerAccount - 1);
      const unlockers = unlocker ? replaced(inside, 'password', unlocker) : inside.unlockers;
      const next = { ...inside, unlockers, settings: settings(inside.settings) };
      return { inside: next, devices: [...others, own] };
    });
    if (!answer.ok) return answer;
    return { ok: true, value: this.#opened(me, here, vault.open, null) };
  }

  /** Which devices give way to a new one: those named, and where the card is full, those that are signed in nowhere any more. */
  async #makingWay({ devices }: Identity, named: readonly (DeviceId | null)[]): Promise<Answer<(DeviceId | null)[]>> {
    const rest = devices.filter(({ device }) => !named.includes(device));
    if (rest.length < LIMITS.devicesPerAccount) return { ok: true, value: [...named] };
    const answer = await this.#parts.api.call('GET /api/v1/sessions', {});
    if (!answer.ok) return answer;
    const signedIn = new Set(answer.value.sessions.map(({ device }) => device));
    return {
      ok: true,
      value: [...named, ...rest.map(({ device }) => device).filter((device) => !signedIn.has(device))],
    };
  }

  #keyOf({ account }: Me): Uint8Array | null {
    return this.#exportKey?.account === account ? this.#exportKey.key : null;
  }

  #opened(me: Me, here: ThisDevice, open: OpenVault, code: string | null): Entry {
    this.#exportKey = null;
    return { me, keyring: new OpenKeyring(this.#parts, here, open), locked: null, code };
  }
}

/** `secret` as in `makeUnlocker`. Refuses `wrong_code`, `passkey_wrong`, and what `openWithKey` does. */
async function openWithSecret(me: Me, kept: Kept, kind: UnlockerKind, secret: Uint8Array): Promise<Result<OpenVault>> {
  const vaultKey = await openEnvelopes(me, kept.envelopes, kind, secret);
  return vaultKey.ok ? openWithKey(me, kept, vaultKey.value, 0) : vaultKey;
}

function nameOf({ address }: Me): string {
  return address.slice(0, address.indexOf('@'));
}

function beforeReset({ chain, vault }: Kept): Result<Before | null> {
  if (!chain) return ok(null);
  const identity = verifyIdentity(chain, null);
  if (!identity.ok) return identity;
  const outer = vault ? decodeVault(vault) : null;
  if (outer && !outer.ok) return outer;
  return ok({ identity: identity.value, version: outer?.value.version ?? 0 });
}
