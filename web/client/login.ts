/**
 * Signing up and in by OPAQUE (RFC 9807): the node never meets the password. Always holds: the export key, which opens the vault
 * (SEAL 3.2), never leaves this program. The library (WebAssembly) is loaded when it is first needed, so whoever is signed in never
 * loads it.
 */
import { KEY_STRETCHING } from '../../protocol/api/opaque.ts';
import type { Me } from '../../protocol/api/shapes.ts';
import type { DeviceId } from '../../protocol/ids.ts';
import type { MemberRef } from '../../protocol/log/entry.ts';
import type { Api } from './api.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { envelopesToJson, type Written } from './keyring/kept.ts';
import type { Answer } from './model.ts';
import { refused } from './refusal.ts';

async function loadOpaque() {
  const opaque = await import('@serenity-kit/opaque');
  await opaque.ready;
  return opaque.client;
}

/** What is signed in, and as which device. */
export interface Place {
  readonly device: DeviceId;
  /** Says in the list of places what is signed in there. */
  readonly label: string;
}

export interface Entered {
  readonly me: Me;
  /** 64 bytes that only who knows the password can have. */
  readonly exportKey: Uint8Array;
}

/** Refuses what the node refuses, and `bad_login`. */
export async function logIn(api: Api, name: string, password: string, place: Place): Promise<Answer<Entered>> {
  const client = await loadOpaque();
  const { clientLoginState, startLoginRequest } = client.startLogin({ password });
  const started = await api.call('POST /api/v1/session/start', { body: { name, startLoginRequest } });
  if (!started.ok) return started;
  const { attempt, loginResponse } = started.value;
  const finished = client.finishLogin({ clientLoginState, loginResponse, password, keyStretching: KEY_STRETCHING });
  if (!finished) return refused('bad_login');
  const { finishLoginRequest, exportKey } = finished;
  const answer = await api.call('POST /api/v1/session/finish', { body: { attempt, finishLoginRequest, ...place } });
  return answer.ok ? { ok: true, value: { me: answer.value.me, exportKey: fromBase64(exportKey) } } : answer;
}

export interface Joining {
  readonly token: string;
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
}

/** Card, vault and envelopes of a new account. */
export type NewKeys = Pick<Written, 'vault'> & { readonly [K in 'card' | 'envelopes']: NonNullable<Written[K]> };

/**
 * Makes the account that the link is for, or sets its password, and signs in. `makeKeys` is asked where the account has no keys
 * yet; null: it stays without.
 */
export async function joinByLink(
  api: Api,
  { password, ...joining }: Joining,
  place: Place,
  makeKeys: (member: MemberRef, exportKey: Uint8Array) => Promise<NewKeys | null>,
): Promise<Answer<Entered>> {
  const { token, name } = joining;
  const client = await loadOpaque();
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const started = await api.call('POST /api/v1/join/start', { body: { token, name, registrationRequest } });
  if (!started.ok) return started;
  const { registrationResponse, org, account } = started.value;
  const finished = client.finishRegistration({
    password,
    clientRegistrationState,
    registrationResponse,
    keyStretching: KEY_STRETCHING,
  });
  const { registrationRecord } = finished;
  const exportKey = fromBase64(finished.exportKey);
  const made = started.value.keys ? null : await makeKeys({ org, account }, exportKey);
  const keys = made && {
    card: toBase64(made.card),
    vault: toBase64(made.vault),
    envelopes: envelopesToJson(made.envelopes),
  };
  const body = { ...joining, ...place, registrationRecord, keys };
  const answer = await api.call('POST /api/v1/join/finish', { body });
  return answer.ok ? { ok: true, value: { me: answer.value.me, exportKey } } : answer;
}

/** The vault and its envelopes, as the new password opens it. */
export type Rewrapped = Pick<NewKeys, 'vault' | 'envelopes'>;

export interface NewPassword {
  /** OPAQUE's export key under the new password. */
  readonly exportKey: Uint8Array;
  /** Stores registration and vault in one transaction. */
  finish(vault: Rewrapped): Promise<Answer<null>>;
}

/** Proves the password and prepares the next one. Refuses what the node refuses, and `bad_login`. */
export async function beginNewPassword(api: Api, before: string, after: string): Promise<Answer<NewPassword>> {
  const client = await loadOpaque();
  const { clientLoginState, startLoginRequest } = client.startLogin({ password: before });
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: after });
  const body = { startLoginRequest, registrationRequest };
  const started = await api.call('POST /api/v1/me/password/start', { body });
  if (!started.ok) return started;
  const { attempt, loginResponse, registrationResponse } = started.value;
  const keyStretching = KEY_STRETCHING;
  const proof = client.finishLogin({ clientLoginState, loginResponse, password: before, keyStretching });
  if (!proof) return refused('bad_login');
  const registration = { password: after, clientRegistrationState, registrationResponse, keyStretching };
  const { registrationRecord, exportKey } = client.finishRegistration(registration);
  const proved = { attempt, finishLoginRequest: proof.finishLoginRequest, registrationRecord };
  return {
    ok: true,
    value: {
      exportKey: fromBase64(exportKey),
      async finish({ vault, envelopes }) {
        const kept = { vault: toBase64(vault), envelopes: envelopesToJson(envelopes) };
        const answer = await api.call('POST /api/v1/me/password/finish', { body: { ...proved, ...kept } });
        return answer.ok ? { ok: true, value: null } : answer;
      },
    },
  };
}
