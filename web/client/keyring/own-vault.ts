/**
 * The open vault of this account, and the one way it is written: read, change, write; when another device was faster, again. Always
 * holds: one write at a time; what is here is what the node confirmed, and is kept on the device.
 */
import { equalBytes } from '../../../protocol/bytes.ts';
import type { Card } from '../../../protocol/identity/card.ts';
import { type Identity, verifyIdentity } from '../../../protocol/identity/identity-chain.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import type { Result } from '../../../protocol/result.ts';
import { type Envelope, sealEnvelopes } from '../../../protocol/seal/unlockers.ts';
import { sealVault, type VaultInside } from '../../../protocol/seal/vault.ts';
import type { Api } from '../api.ts';
import type { Answer } from '../model.ts';
import type { Clock, KeyStore, Random } from '../ports.ts';
import { DONE, refused } from '../refusal.ts';
import { makeCard } from './cards.ts';
import { keepOnDevice, type ThisDevice } from './device.ts';
import { readKept, type Written, writeKept } from './kept.ts';
import { type OpenVault, openWithKey } from './opening.ts';

export interface VaultParts {
  readonly api: Api;
  readonly keys: KeyStore;
  readonly random: Random;
  readonly clock: Pick<Clock, 'now'>;
}

/** What a change makes of the vault; `devices` given: a card that names them goes with it. */
export interface VaultChange {
  readonly inside: VaultInside;
  readonly devices?: Card['devices'];
}

/** Sends it in one transaction, and gives the own chain as it is then. */
export type Put = (written: Written) => Promise<Answer<Uint8Array>>;

interface Prepared {
  readonly change: VaultChange;
  readonly put: Put;
}

const TRIES = 5;
/** Another device was faster. */
const LATE: readonly RefusalCode[] = ['vault_conflict', 'card_older', 'identity_forked'];

export class OwnVault {
  readonly #parts: VaultParts;
  readonly #here: ThisDevice;
  readonly #changed: (before: Identity) => void;
  #open: OpenVault;
  #last: Promise<unknown> = Promise.resolve();
  #keeping: Promise<void> = Promise.resolve();
  #over = false;

  /** `changed` is called after each change, with the identity before it. */
  constructor(parts: VaultParts, here: ThisDevice, open: OpenVault, changed: (before: Identity) => void) {
    this.#parts = parts;
    this.#here = here;
    this.#open = open;
    this.#changed = changed;
  }

  get open(): OpenVault {
    return this.#open;
  }

  /**
   * `change` gives null where there is nothing to do; it is asked again on top of what another device wrote. Refuses
   * `vault_conflict` when that happens again and again, and what reading and the node refuse.
   */
  save(change: (open: OpenVault) => VaultChange | null): Promise<Answer<null>> {
    const put: Put = (written) => writeKept(this.#parts.api, written);
    return this.saveWith(async (open) => {
      const wanted = change(open);
      return { ok: true, value: wanted && { change: wanted, put } };
    });
  }

  /** As `save`, for what goes to the node by another way. */
  saveWith(prepare: (open: OpenVault) => Promise<Answer<Prepared | null>>): Promise<Answer<null>> {
    return this.#inTurn(async () => {
      for (let tries = 0; tries < TRIES; tries++) {
        const prepared = await prepare(this.#open);
        if (!prepared.ok) return prepared;
        if (!prepared.value) return DONE;
        const answer = await this.#write(prepared.value);
        if (answer !== 'late') return answer;
        const read = await this.#read();
        if (!read.ok) return read;
      }
      return refused('vault_conflict');
    });
  }

  /** Reads what other devices wrote. Refuses what `openWithKey` does. */
  refresh(): Promise<Answer<null>> {
    return this.#inTurn(() => this.#read());
  }

  /** From when this resolves, nothing is kept on the device any more. Waits for the disk, never for the node. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#keeping.catch(() => undefined);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #read(): Promise<Answer<null>> {
    const kept = await readKept(this.#parts.api);
    if (!kept.ok) return kept;
    const { identity, vaultKey, version } = this.#open;
    const open = asAnswer(await openWithKey(identity, kept.value, vaultKey, version));
    if (!open.ok) return open;
    if (open.value.identity.seq < identity.seq) return refused('vault_rolled_back', 'own card');
    await this.#take(open.value);
    return DONE;
  }

  async #write({ change: { inside, devices }, put }: Prepared): Promise<Answer<null> | 'late'> {
    const { identity, vaultKey, version } = this.#open;
    const { random, clock } = this.#parts;
    const { uikSeed, uks, unlockers } = inside;
    const wish = devices && ({ change: 'update', uikSeed, uks, devices, now: clock.now() } as const);
    const made = wish && (await makeCard(identity, identity, wish));
    const next: VaultInside = { ...inside, cardSeq: made?.seq ?? identity.seq };
    const vault = asAnswer(await sealVault(identity, version + 1, vaultKey, random.bytes(12), next));
    if (!vault.ok) return vault;
    const envelopes = asAnswer(await this.#envelopes(unlockers));
    if (!envelopes.ok) return envelopes;
    const answer = await put({ card: made?.card ?? null, vault: vault.value, envelopes: envelopes.value });
    if (!answer.ok) return LATE.includes(answer.refusal.code) ? 'late' : answer;
    const chain = answer.value;
    const confirmed = asAnswer(verifyIdentity(chain, null));
    if (!confirmed.ok) return confirmed;
    const { seq, uik } = confirmed.value;
    if (seq < next.cardSeq || !equalBytes(uik, identity.uik)) return refused('identity_forked', 'own chain');
    const written = { vaultKey, version: version + 1, inside: next, vault: vault.value, chain };
    await this.#take({ ...written, identity: confirmed.value });
    return DONE;
  }

  /** New envelopes where the unlockers changed; null: those that are there still fit. */
  async #envelopes(unlockers: VaultInside['unlockers']): Promise<Result<Envelope[] | null>> {
    if (unlockers === this.#open.inside.unlockers) return { ok: true, value: null };
    const { random } = this.#parts;
    return sealEnvelopes(this.#open.identity, unlockers, this.#open.vaultKey, (length) => random.bytes(length));
  }

  async #take(open: OpenVault): Promise<void> {
    const before = this.#open.identity;
    this.#open = open;
    if (this.#over) return;
    this.#keeping = keepOnDevice(this.#parts.keys, this.#parts.random, this.#here, open);
    await this.#keeping;
    this.#changed(before);
  }
}

export function asAnswer<T>(result: Result<T>): Answer<T> {
  return result.ok ? result : refused(result.refusal.code, result.refusal.detail);
}
