// A node that keeps the keys of one account and says who others are, as the real one does; and that can be made to lie.
import { counterMessage, decodeSignedCard, readCard } from '../../protocol/identity/card.ts';
import { withCard } from '../../protocol/identity/identity-chain.ts';
import type { DeviceId, OrgId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { Fault } from '../../protocol/result.ts';
import { decodeVault } from '../../protocol/seal/vault.ts';
import type { TestPerson } from '../../protocol/testing/cards.ts';
import { type TestOrg, unwrap } from '../../protocol/testing/orgs.ts';
import type { Api } from '../../web/client/api.ts';
import { fromBase64, toBase64 } from '../../web/client/base64.ts';
import { refused } from '../../web/client/refusal.ts';

interface EnvelopeJson {
  kind: number;
  id: string;
  sealed: string;
}

export interface KeptKeys {
  chain: Uint8Array | null;
  vault: Uint8Array | null;
  envelopes: readonly EnvelopeJson[];
}

interface Put {
  readonly card: string | null;
  readonly vault: string | null;
  readonly envelopes: readonly EnvelopeJson[] | null;
}

export class KeyKeeper {
  readonly org: TestOrg;
  kept: KeptKeys = { chain: null, vault: null, envelopes: [] };
  /** What it says of others. */
  others: TestPerson[] = [];
  /** Partners whose nodes do not answer. */
  silent: readonly OrgId[] = [];
  /** Nothing answers. */
  away = false;
  /** In place of what it would answer to the next write. */
  nextPut: RefusalCode | { chain: Uint8Array } | null = null;
  /** Devices that are signed in. */
  signedIn: readonly DeviceId[] = [];
  puts = 0;
  asked = 0;

  constructor(org: TestOrg) {
    this.org = org;
  }

  readonly api: Api = {
    call: async (key: string, input: unknown) => {
      if (this.away) throw new Fault('away');
      return this.#answer(key, input as { params?: { org?: OrgId }; body?: unknown }) as never;
    },
  };

  /** What is there now, to come back to it later. */
  copy(): KeptKeys {
    return { ...this.kept };
  }

  #answer(key: string, { params, body }: { params?: { org?: OrgId }; body?: unknown }): unknown {
    if (key === 'GET /api/v1/me/keys') {
      const { chain, vault, envelopes } = this.kept;
      return ok({ identity: chain && toBase64(chain), vault: vault && toBase64(vault), envelopes });
    }
    if (key === 'PUT /api/v1/me/keys') return this.#put(body as Put);
    if (key === 'GET /api/v1/sessions') return ok({ sessions: this.signedIn.map((device) => ({ device })) });
    if (key === 'POST /api/v1/people/identities') return this.#identities(body as { members: { account: string }[] });
    if (key === 'GET /api/v1/organisations/:org') {
      const org = [this.org, ...this.others.map((each) => each.org)].find(({ orgId }) => orgId === params?.org);
      return org ? ok({ org: org.orgId, chain: toBase64(org.chain) }) : refused('not_found');
    }
    throw new Error(`not asked of this node: ${key}`);
  }

  #identities({ members }: { members: { account: string }[] }): unknown {
    this.asked++;
    const asked = new Set(members.map(({ account }) => account));
    const found = this.others.filter(({ org, account }) => asked.has(account) && !this.silent.includes(org.orgId));
    return ok({
      identities: found.map(({ org, account, chain }) => ({ org: org.orgId, account, chain: toBase64(chain) })),
      unanswered: this.silent.map((org) => ({ org })),
    });
  }

  #put({ card, vault, envelopes }: Put): unknown {
    this.puts++;
    const told = this.nextPut;
    this.nextPut = null;
    if (typeof told === 'string') return refused(told);
    const bytes = vault === null ? null : fromBase64(vault);
    const before = this.kept.vault ? unwrap(decodeVault(this.kept.vault)).version : 0;
    if (bytes && unwrap(decodeVault(bytes)).version !== before + 1) return refused('vault_conflict');
    const chain = card ? this.#withCard(fromBase64(card)) : this.kept.chain;
    this.kept = { chain, vault: bytes ?? this.kept.vault, envelopes: envelopes ?? this.kept.envelopes };
    const shown = told ? told.chain : chain;
    return ok({ identity: shown && toBase64(shown) });
  }

  #withCard(card: Uint8Array): Uint8Array {
    const signed = unwrap(decodeSignedCard(card));
    const { change } = unwrap(readCard(signed.bytes));
    const counter = change === 'update' ? signed.counter : this.org.op.sign(counterMessage(signed.bytes));
    return unwrap(withCard(this.kept.chain, { ...signed, counter }));
  }
}

function ok(value: unknown): unknown {
  return { ok: true, value };
}
