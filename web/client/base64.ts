/** base64url without padding (RFC 4648 §5): how bytes travel in JSON. */
interface Native {
  toBase64?(options: { alphabet: 'base64url'; omitPadding: true }): string;
}

export function toBase64(bytes: Uint8Array): string {
  const native = (bytes as Native).toBase64?.({ alphabet: 'base64url', omitPadding: true });
  if (native !== undefined) return native;
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Throws a `SyntaxError` or `InvalidCharacterError` for what is not base64url. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
