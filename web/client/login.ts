/**
 * Signing up and in by OPAQUE (RFC 9807): the node never meets the password. The library (WebAssembly) is loaded when it is first
 * needed, so whoever is signed in never loads it.
 */
import { KEY_STRETCHING } from '../../protocol/api/opaque.ts';
import type { Me } from '../../protocol/api/shapes.ts';
import type { Api } from './api.ts';
import type { Answer } from './model.ts';
import { refused } from './refusal.ts';

async function loadOpaque() {
  const opaque = await import('@serenity-kit/opaque');
  await opaque.ready;
  return opaque.client;
}

/** Refuses what the node refuses, and `bad_login`. */
export async function logIn(api: Api, name: string, password: string, label: string): Promise<Answer<Me>> {
  const client = await loadOpaque();
  const { clientLoginState, startLoginRequest } = client.startLogin({ password });
  const started = await api.call('POST /api/v1/session/start', { body: { name, startLoginRequest } });
  if (!started.ok) return started;
  const { attempt, loginResponse } = started.value;
  const finished = client.finishLogin({ clientLoginState, loginResponse, password, keyStretching: KEY_STRETCHING });
  if (!finished) return refused('bad_login');
  const body = { attempt, finishLoginRequest: finished.finishLoginRequest, label };
  const answer = await api.call('POST /api/v1/session/finish', { body });
  return answer.ok ? { ok: true, value: answer.value.me } : answer;
}

export interface Joining {
  readonly token: string;
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  /** Says in the list of places what is signed in there. */
  readonly label: string;
}

/** Makes the account that the link is for, or sets its password, and signs in. */
export async function joinByLink(api: Api, { password, ...joining }: Joining): Promise<Answer<Me>> {
  const { token, name } = joining;
  const client = await loadOpaque();
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const started = await api.call('POST /api/v1/join/start', { body: { token, name, registrationRequest } });
  if (!started.ok) return started;
  const { registrationResponse } = started.value;
  const { registrationRecord } = client.finishRegistration({
    password,
    clientRegistrationState,
    registrationResponse,
    keyStretching: KEY_STRETCHING,
  });
  const answer = await api.call('POST /api/v1/join/finish', { body: { ...joining, registrationRecord } });
  return answer.ok ? { ok: true, value: answer.value.me } : answer;
}
