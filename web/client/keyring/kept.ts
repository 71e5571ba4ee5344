/**
 * What the node keeps of an account's keys (SEAL 3.1) and how it goes there: chain, vault and envelopes, all of which only say
 * something to who holds the vault key.
 */
import type { Envelope } from '../../../protocol/seal/unlockers.ts';
import type { Api } from '../api.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import type { Answer } from '../model.ts';
import { refused } from '../refusal.ts';

export interface Kept {
  /** Null: the account has no keys yet. */
  readonly chain: Uint8Array | null;
  readonly vault: Uint8Array | null;
  readonly envelopes: readonly Envelope[];
}

/** What one write brings: a part that is null stays as it is. */
export interface Written {
  /** An encoded signed card. */
  readonly card: Uint8Array | null;
  readonly vault: Uint8Array;
  readonly envelopes: readonly Envelope[] | null;
}

interface EnvelopeJson {
  readonly kind: number;
  readonly id: string;
  readonly sealed: string;
}

export function envelopesToJson(envelopes: readonly Envelope[]): EnvelopeJson[] {
  return envelopes.map(({ kind, id, sealed }) => ({ kind, id: toBase64(id), sealed: toBase64(sealed) }));
}

/** Refuses what the node refuses. */
export async function readKept(api: Api): Promise<Answer<Kept>> {
  const answer = await api.call('GET /api/v1/me/keys', {});
  if (!answer.ok) return answer;
  const { identity, vault, envelopes } = answer.value;
  const read = envelopes.map(({ kind, id, sealed }) => ({ kind, id: fromBase64(id), sealed: fromBase64(sealed) }));
  return { ok: true, value: { chain: bytesOf(identity), vault: bytesOf(vault), envelopes: read } };
}

/** Gives the own chain as it is then. Refuses `vault_conflict`, `card_older`, and whatever is wrong with the card. */
export async function writeKept(api: Api, { card, vault, envelopes }: Written): Promise<Answer<Uint8Array>> {
  const body = {
    card: card && toBase64(card),
    vault: toBase64(vault),
    envelopes: envelopes && envelopesToJson(envelopes),
  };
  const answer = await api.call('PUT /api/v1/me/keys', { body });
  if (!answer.ok) return answer;
  const chain = bytesOf(answer.value.identity);
  return chain ? { ok: true, value: chain } : refused('vault_broken', 'no chain');
}

function bytesOf(text: string | null): Uint8Array | null {
  return text === null ? null : fromBase64(text);
}
