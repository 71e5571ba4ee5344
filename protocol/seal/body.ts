/**
 * The signature of a device over a body (SEAL 4.5, 5.1): over the encoding with an empty `devSig`, of the kind of the body, so that
 * a signature for one is none for another.
 */
import { encode, type Shape } from '../codec.ts';
import { verify, verifySync } from '../ed25519.ts';
import { type Body, type EntryKind, eraseBody, finBody, messageBody, requestBody } from '../log/entry.ts';
import { sign } from './sign.ts';

const SHAPES = { message: messageBody, request: requestBody, fin: finBody, erase: eraseBody } as const;
const NONE = new Uint8Array();
type BodyOf<K extends EntryKind> = Extract<Body, { kind: K }>['body'];

function encodeBody(kind: EntryKind, body: object, devSig: Uint8Array): Uint8Array {
  return encode(SHAPES[kind] as Shape<unknown>, { ...body, devSig });
}

/** The body's bytes with `devSig` by the device's key. */
export async function signBody<K extends EntryKind>(
  kind: K,
  body: Omit<BodyOf<K>, 'devSig'>,
  device: CryptoKey,
): Promise<Uint8Array> {
  return encodeBody(kind, body, await sign(kind, encodeBody(kind, body, NONE), device));
}

/** Is `devSig` good under this key of a device (32 bytes)? */
export function isSignedBy({ kind, body }: Body, deviceKey: Uint8Array): Promise<boolean> {
  return verify(kind, encodeBody(kind, body, NONE), deviceKey, body.devSig);
}

/** As `isSignedBy`, at once. */
export function isSignedBySync({ kind, body }: Body, deviceKey: Uint8Array): boolean {
  return verifySync(kind, encodeBody(kind, body, NONE), deviceKey, body.devSig);
}
