/**
 * A profile: the current label of an account, signed by its organisation (PROTOCOL 1.10). Control logs hold account ids and
 * never names, so that a profile can be changed and erased. Always holds: an erased profile names nobody.
 */
import {
  decodeOrThrow,
  encode,
  fields,
  id,
  type Shape,
  type Signed,
  signed,
  type TypeOf,
  text,
  uint,
  version,
} from '../codec.ts';
import { verifySync } from '../ed25519.ts';
import { signedBytes } from '../hash.ts';
import { LIMITS } from '../limits.ts';
import { Refused, type Result, refusing } from '../result.ts';
import { isLocalName, isShownName } from './names.ts';
import type { Organisation } from './organisation.ts';
import type { Sign } from './record.ts';

export type ProfileState = 'active' | 'disabled' | 'erased';

const STATES: readonly ProfileState[] = ['active', 'disabled', 'erased'];
const stateNumber = uint(STATES.length - 1);
const stateShape: Shape<ProfileState> = {
  read: (raw, at) => STATES[stateNumber.read(raw, at)] as ProfileState,
  write: (state) => STATES.indexOf(state),
};

const profileShape = fields({
  v: version(1),
  orgId: id('org'),
  accountId: id('account'),
  /** Strictly grows; the highest wins. */
  version: uint(),
  localName: text(LIMITS.localNameBytes),
  displayName: text(LIMITS.displayNameBytes),
  state: stateShape,
});
export type Profile = TypeOf<typeof profileShape>;

/** `[bytes, signature]`. */
export const signedProfileShape: Shape<Signed> = signed(LIMITS.profileBytes);

export function signProfile(profile: Profile, sign: Sign): Signed {
  const profileBytes = encode(profileShape, profile);
  return { bytes: profileBytes, signature: sign(signedBytes('profile', profileBytes)) };
}

/** Refuses the codec's refusals and `malformed` for names that are not allowed. Proves nothing: see `verifyProfile`. */
export function decodeProfile(profileBytes: Uint8Array): Result<Profile> {
  return refusing(() => {
    const profile = decodeOrThrow(profileShape, profileBytes, LIMITS.profileBytes);
    if (profile.state === 'erased') {
      if (profile.localName !== '' || profile.displayName !== '') throw new Refused('malformed', 'erased with a name');
    } else {
      if (!isLocalName(profile.localName)) throw new Refused('malformed', 'localName');
      if (!isShownName(profile.displayName, LIMITS.displayNameBytes)) throw new Refused('malformed', 'displayName');
    }
    return profile;
  });
}

/**
 * A profile of `organisation`, signed by the operational key in force: a thief of an older one writes nothing new.
 * Refuses as `decodeProfile`, `wrong_organisation`, `bad_signature`.
 */
export function verifyProfile({ bytes, signature }: Signed, organisation: Organisation): Result<Profile> {
  return refusing(() => {
    const decoded = decodeProfile(bytes);
    if (!decoded.ok) throw new Refused(decoded.refusal.code, decoded.refusal.detail);
    if (decoded.value.orgId !== organisation.orgId) throw new Refused('wrong_organisation', 'profile');
    if (!verifySync('profile', bytes, organisation.record.opKey, signature))
      throw new Refused('bad_signature', 'profile');
    return decoded.value;
  });
}
