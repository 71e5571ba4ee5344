import { expect, test } from 'vitest';
import { idFromBytes } from '../../protocol/ids.ts';
import { requireScope, type SignedIn } from './access.ts';
import { type Account, foldWords, parseDisplayName, parseLocalName } from './account.ts';

function signedIn(role: Account['role'], via: SignedIn['via']): SignedIn {
  const device = idFromBytes('device', new Uint8Array(16));
  return { account: { role } as Account, device, via };
}
const code = (result: ReturnType<typeof requireScope>) => (result.ok ? 'ok' : result.refusal.code);

test('a session may do what its account may, a token only its scopes', () => {
  const session = { kind: 'session', sessionId: 's' } as const;
  const reader = { kind: 'token', tokenId: 't', scopes: ['read'] } as const;
  const keeper = { kind: 'token', tokenId: 't', scopes: ['admin'] } as const;
  expect(code(requireScope(signedIn('person', session), 'write'))).toBe('ok');
  expect(code(requireScope(signedIn('person', session), 'admin'))).toBe('not_administrator');
  expect(code(requireScope(signedIn('admin', session), 'admin'))).toBe('ok');
  expect(code(requireScope(signedIn('admin', reader), 'read'))).toBe('ok');
  expect(code(requireScope(signedIn('admin', reader), 'write'))).toBe('scope_missing');
  expect(code(requireScope(signedIn('admin', reader), 'admin'))).toBe('scope_missing');
  expect(code(requireScope(signedIn('person', keeper), 'admin'))).toBe('not_administrator');
});

test('a local name has one spelling', () => {
  expect(parseLocalName(' Bob.Smith ')).toBe('bob.smith');
  for (const wrong of ['', '.bob', 'bob smith', 'bób', 'a'.repeat(65)])
    expect(() => parseLocalName(wrong)).toThrow('bad_name');
});

test('a display name hides nothing', () => {
  expect(parseDisplayName(' Bób Smith ')).toBe('Bób Smith');
  for (const wrong of ['', ' ', 'a\u202eb', 'ü'.repeat(65)]) expect(() => parseDisplayName(wrong)).toThrow('bad_input');
});

test('words are folded for search', () => {
  expect(foldWords('bob.smith', 'Zoë  Ångström-Müller')).toBe(' bob smith zoe angstrom muller');
  expect(foldWords('--')).toBe('');
});
