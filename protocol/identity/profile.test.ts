import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idFromBytes } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { codecProperties, hostileProperties } from '../properties.ts';
import { acme, contentOf, operational, pairOf, root, unwrap } from '../testing/identity.ts';
import { extendChain } from './organisation.ts';
import {
  decodeProfile,
  type Profile,
  type ProfileState,
  signedProfileShape,
  signProfile,
  verifyProfile,
} from './profile.ts';

const organisation = acme();
const profile: Profile = {
  v: 1,
  orgId: organisation.orgId,
  accountId: idFromBytes('account', new Uint8Array(16).fill(9)),
  version: 3,
  localName: 'ada',
  displayName: 'Ada Lovelace',
  state: 'active',
};

function codeOf(change: Partial<Profile>): string {
  const result = verifyProfile(signProfile({ ...profile, ...change }, operational.sign), organisation);
  return result.ok ? 'ok' : result.refusal.code;
}

describe('PROTOCOL 1.10: profiles', () => {
  test('are good when the organisation signed them', () => {
    const signed = signProfile(profile, operational.sign);
    expect(verifyProfile(signed, organisation)).toEqual({ ok: true, value: profile });
    for (const state of ['active', 'disabled'] as ProfileState[]) expect(codeOf({ state })).toBe('ok');
  });

  test('are refused when another key signed them, the root key and an older one included', () => {
    for (const { sign } of [root, pairOf(8)])
      expect(verifyProfile(signProfile(profile, sign), organisation)).toMatchObject({
        refusal: { code: 'bad_signature' },
      });
    const rotated = unwrap(extendChain(organisation, contentOf({ opKey: pairOf(8).key }), 1, root.sign));
    expect(verifyProfile(signProfile(profile, operational.sign), rotated)).toMatchObject({
      refusal: { code: 'bad_signature' },
    });
    expect(verifyProfile(signProfile(profile, pairOf(8).sign), rotated).ok).toBe(true);
  });

  test('speak of their own organisation alone', () => {
    expect(codeOf({ orgId: acme({ name: 'Globex' }).orgId })).toBe('wrong_organisation');
  });

  test('an erased one names nobody', () => {
    expect(codeOf({ state: 'erased', localName: '', displayName: '' })).toBe('ok');
    expect(codeOf({ state: 'erased', localName: 'ada', displayName: '' })).toBe('malformed');
    expect(codeOf({ state: 'erased', localName: '', displayName: 'Ada' })).toBe('malformed');
  });

  test('names keep to their rules and limits', () => {
    expect(codeOf({ localName: 'a'.repeat(LIMITS.localNameBytes) })).toBe('ok');
    expect(codeOf({ localName: 'a'.repeat(LIMITS.localNameBytes + 1) })).toBe('too_big');
    expect(codeOf({ displayName: 'a'.repeat(LIMITS.displayNameBytes) })).toBe('ok');
    expect(codeOf({ displayName: 'a'.repeat(LIMITS.displayNameBytes + 1) })).toBe('too_big');
    expect(codeOf({ localName: 'Ada' })).toBe('malformed');
    expect(codeOf({ localName: '' })).toBe('malformed');
    expect(codeOf({ displayName: 'Ada\u202e' })).toBe('malformed');
  });

  test('hostile bytes are refused', () => {
    const { bytes } = signProfile(profile, operational.sign);
    hostileProperties(decodeProfile, fc.constant(bytes), (value) => signProfile(value, operational.sign).bytes);
    hostileProperties(
      (each) => verifyProfile({ bytes: each, signature: new Uint8Array(64) }, organisation),
      fc.constant(bytes),
    );
    const anySigned = fc.record({
      bytes: fc.uint8Array({ maxLength: 100 }),
      signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    });
    codecProperties(signedProfileShape, anySigned, LIMITS.profileBytes + 100);
  });
});
