/** Keys of an account in JSON and back: bytes as base64url. */
import type { z } from 'zod';
import type { envelopes as envelopesShape } from '../../../protocol/api/shapes.ts';
import type { NewKeys } from '../../accounts/keys.ts';
import { base64Of, bytesOf } from '../call.ts';

type Envelopes = z.infer<typeof envelopesShape>;

/** Refuses (throws) `malformed`. */
export function keysOf(keys: {
  readonly card?: string | null;
  readonly vault: string | null;
  readonly envelopes: Envelopes | null;
}): NewKeys {
  const { card = null, vault, envelopes } = keys;
  return {
    card: card === null ? null : bytesOf(card),
    vault: vault === null ? null : bytesOf(vault),
    envelopes: envelopes?.map(({ kind, id, sealed }) => ({ kind, id: bytesOf(id), sealed: bytesOf(sealed) })) ?? null,
  };
}

export function envelopesView(envelopes: NonNullable<NewKeys['envelopes']>): Envelopes {
  return envelopes.map(({ kind, id, sealed }) => ({ kind, id: base64Of(id), sealed: base64Of(sealed) }));
}
