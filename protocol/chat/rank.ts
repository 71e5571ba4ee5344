/** Who does what is pending, so that one client does it and not all (SEAL 4.7). */
import { compareBytes } from '../bytes.ts';
import { taggedHash } from '../hash.ts';
import { type AccountId, idBytes, type OrgId } from '../ids.ts';
import { suspensionNow } from './pins.ts';
import { type ChatState, memberKey, membersNow } from './state.ts';

/** From 0: a client waits so many times 5 s. Null: not an accepted member, or suspended. */
export function rankOf(state: ChatState, org: OrgId, account: AccountId): number | null {
  const hashOf = (who: { org: OrgId; account: AccountId }) =>
    taggedHash('rank', state.head.hash, idBytes(who.org), idBytes(who.account));
  const able = membersNow(state).filter(
    (member) => member.accepted && !suspensionNow(state.members.get(memberKey(member.org, member.account))),
  );
  if (!able.some((member) => member.org === org && member.account === account)) return null;
  const own = hashOf({ org, account });
  return able.filter((member) => compareBytes(hashOf(member), own) < 0).length;
}
