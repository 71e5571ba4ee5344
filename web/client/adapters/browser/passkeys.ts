/**
 * Passkeys, as this browser makes and asks them (WebAuthn with the PRF extension, SEAL 3.2). Runs in the page, since a Worker has no
 * such thing. Always holds: the person is verified, the passkey stays findable without a list, and nothing is sent to anybody: there
 * is no server that checks a signature, the PRF's result alone is what opens.
 */
import type { PasskeyAnswer, PasskeyAsk } from '../../passkey.ts';

/** What screens ask of the browser. */
export interface PasskeyBrowser {
  /** Has it WebAuthn with PRF, at an address that can have passkeys? */
  can(): Promise<boolean>;
  make(ask: PasskeyAsk, name: PasskeyName): Promise<PasskeyAnswer>;
  /** Any passkey of this address. */
  use(ask: PasskeyAsk): Promise<PasskeyAnswer>;
  /** The one of the browser's list goes too, where it lets itself be told. */
  forget(credential: Uint8Array): Promise<void>;
}

/** As the browser shows it in its list. */
export interface PasskeyName {
  readonly address: string;
  readonly name: string;
  readonly organisation: string;
}

/** A newer part of the interface than the compiler knows. */
interface Signals {
  getClientCapabilities?: () => Promise<Record<string, boolean>>;
  signalUnknownCredential?: (what: { rpId: string; credentialId: string }) => Promise<void>;
}

const TIMEOUT_MS = 120_000;
/** Ed25519, ES256, RS256: nobody checks a signature, but one must be chosen. */
const ALGORITHMS = [-8, -7, -257];

export const passkeyBrowser: PasskeyBrowser = { can, make, use: (ask) => answerTo(ask, []), forget };

async function can(): Promise<boolean> {
  const interfaceOf = (globalThis as { PublicKeyCredential?: Signals }).PublicKeyCredential;
  // An address in numbers can have none.
  if (!interfaceOf?.getClientCapabilities || !isSecureContext || /^[\d.]+$|:/.test(location.hostname)) return false;
  const has = await interfaceOf.getClientCapabilities();
  return has['extension:prf'] === true;
}

async function make(ask: PasskeyAsk, { address, name, organisation }: PasskeyName): Promise<PasskeyAnswer> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp: { id: location.hostname, name: `Conclave, ${organisation}` },
    user: { id: plain(ask.user), name: address, displayName: name },
    challenge: challenge(),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    excludeCredentials: ask.known.map((id) => ({ type: 'public-key', id: plain(id) })),
    extensions: { prf: { eval: { first: plain(ask.salt) } } },
    timeout: TIMEOUT_MS,
  };
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  if (!(made instanceof PublicKeyCredential)) return made;
  const credential = new Uint8Array(made.rawId);
  const { prf } = made.getClientExtensionResults();
  if (prf?.results?.first) return { is: 'got', credential, user: ask.user, secret: bytesOf(prf.results.first) };
  // Some say only when it is used, and some never.
  const answer: PasskeyAnswer = prf?.enabled ? await answerTo(ask, [credential]) : { is: 'without_prf' };
  if (answer.is !== 'got') await forget(credential);
  return answer;
}

/** `only` empty: the person chooses. */
async function answerTo({ salt }: PasskeyAsk, only: readonly Uint8Array[]): Promise<PasskeyAnswer> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    rpId: location.hostname,
    challenge: challenge(),
    allowCredentials: only.map((id) => ({ type: 'public-key', id: plain(id) })),
    userVerification: 'required',
    extensions: { prf: { eval: { first: plain(salt) } } },
    timeout: TIMEOUT_MS,
  };
  const used = await asked(() => navigator.credentials.get({ publicKey }));
  if (!(used instanceof PublicKeyCredential)) return used;
  const first = used.getClientExtensionResults().prf?.results?.first;
  if (!first) return { is: 'without_prf' };
  const { userHandle } = used.response as AuthenticatorAssertionResponse;
  const user = userHandle && new Uint8Array(userHandle);
  return { is: 'got', credential: new Uint8Array(used.rawId), user, secret: bytesOf(first) };
}

async function forget(credential: Uint8Array): Promise<void> {
  const { signalUnknownCredential } = PublicKeyCredential as unknown as Signals;
  const credentialId = credential.toBase64({ alphabet: 'base64url', omitPadding: true });
  await signalUnknownCredential?.call(PublicKeyCredential, { rpId: location.hostname, credentialId }).catch(() => {});
}

/** What a browser throws is told apart as far as a person can do something about it. */
async function asked(work: () => Promise<Credential | null>): Promise<PublicKeyCredential | PasskeyAnswer> {
  try {
    const credential = await work();
    return credential instanceof PublicKeyCredential ? credential : { is: 'cancelled' };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'InvalidStateError') return { is: 'exists' };
    return { is: name === 'NotSupportedError' || name === 'ConstraintError' ? 'without_prf' : 'cancelled' };
  }
}

/** Nobody checks the signature over it. */
function challenge(): BufferSource {
  return crypto.getRandomValues(new Uint8Array(32));
}

/** The compiler knows bytes in shared memory too, which these never are. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function bytesOf(source: BufferSource): Uint8Array {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
}
