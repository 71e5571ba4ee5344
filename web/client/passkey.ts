/** Passkeys, as screens, browser and messenger talk of them (SEAL 3.2). */
import type { Answer } from './answer.ts';

/** A passkey that opens the vault. */
export interface PasskeyView {
  readonly id: string;
  /** As its owner called it; empty: another program made it. */
  readonly name: string;
  readonly addedAt: number | null;
  /** Null: it has not opened anything yet. */
  readonly lastUsedAt: number | null;
  /** As the browser knows it. */
  readonly credential: Uint8Array | null;
}

/** What a browser is asked for. `salt`: for the PRF, 32 bytes; `user`: the account, 16 bytes; `known`: credentials there are. */
export interface PasskeyAsk {
  readonly salt: Uint8Array;
  readonly user: Uint8Array;
  readonly known: readonly Uint8Array[];
}

/** What came of it. `secret`: the result of the PRF; `user`: of whom the passkey says it is. */
export type PasskeyAnswer =
  | {
      readonly is: 'got';
      readonly credential: Uint8Array;
      readonly user: Uint8Array | null;
      readonly secret: Uint8Array;
    }
  | { readonly is: 'cancelled' | 'without_prf' | 'exists' };

export type Unlocking = { readonly password: string } | { readonly code: string } | { readonly passkey: PasskeyAnswer };

/** What a screen may ask about them. */
export interface Passkeys {
  /** What to ask the browser for. Refuses `not_found` where the vault is closed and no passkey opens it. */
  passkeyAsk(): Promise<Answer<PasskeyAsk>>;
  passkeys(): Promise<Answer<readonly PasskeyView[]>>;
  /** Refuses `passkey_exists`, `too_big` where there are too many, and what `unlock` refuses of the answer. */
  addPasskey(name: string, answer: PasskeyAnswer): Promise<Answer<null>>;
  removePasskey(id: string): Promise<Answer<null>>;
}
