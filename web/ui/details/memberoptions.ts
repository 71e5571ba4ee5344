/** What the person signed in may do with a member now, as a menu. */
import { BadgeCheck, Crown, History, Send, Shield, ShieldCheck, User, UserMinus, UserX } from 'lucide-react';
import type { MemberView } from '../../client/model.ts';
import type { Option } from '../parts/Options.tsx';
import { text } from '../text/keys.ts';
import { text as aboutLooks } from '../text/look.ts';
import type { Farewell } from './PartWith.tsx';

/** What a dialog of its own is for. */
export type MemberDialog = 'compare' | 'readmit' | 'grant' | 'again';

interface Doing {
  readonly setRole: (role: MemberView['role']) => void;
  readonly part: (farewell: Farewell) => void;
  readonly open: (dialog: MemberDialog) => void;
}

const signs = { owner: Crown, moderator: Shield, member: User };

export function memberOptions(member: MemberView, own: boolean, { setRole, part, open }: Doing): Option[] {
  const { role, can, person } = member;
  const keys: Option[] = [];
  // Whoever has no keys, or has an account that nobody has asked about, has no number.
  if (!own && ['pinned', 'verified', 'changed'].includes(person.identity)) {
    keys.push({ label: text('safety.compare'), icon: BadgeCheck, act: () => open('compare') });
  }
  if (can.readmit) keys.push({ label: text('safety.readmit'), icon: ShieldCheck, act: () => open('readmit') });
  if (can.grant) keys.push({ label: text('history.grant'), icon: History, act: () => open('grant') });
  const roles = (['owner', 'moderator', 'member'] as const).filter((one) => can.setRole && one !== role);
  const options: Option[] = [
    ...keys,
    ...roles.map((to) => ({ label: text(`details.make-${to}`), icon: signs[to], act: () => setRole(to) })),
  ];
  if (can.withdraw) {
    options.push({ label: aboutLooks('again.do'), icon: Send, act: () => open('again') });
    options.push({ label: text('details.withdraw'), icon: UserX, danger: true, act: () => part('withdraw') });
  }
  if (can.remove) {
    options.push({ label: text('details.remove'), icon: UserMinus, danger: true, act: () => part('remove') });
  }
  return options;
}
