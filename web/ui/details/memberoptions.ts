/** What the person signed in may do with a member now, as a menu. */
import { Crown, Shield, User, UserMinus, UserX } from 'lucide-react';
import type { MemberView } from '../../client/model.ts';
import type { Option } from '../parts/Options.tsx';
import { text } from '../text/text.ts';
import type { Farewell } from './PartWith.tsx';

interface Doing {
  readonly setRole: (role: MemberView['role']) => void;
  readonly part: (farewell: Farewell) => void;
}

const signs = { owner: Crown, moderator: Shield, member: User };

export function memberOptions({ role, can }: MemberView, { setRole, part }: Doing): Option[] {
  const roles = (['owner', 'moderator', 'member'] as const).filter((one) => can.setRole && one !== role);
  const options: Option[] = roles.map((to) => ({
    label: text(`details.make-${to}`),
    icon: signs[to],
    act: () => setRole(to),
  }));
  if (can.withdraw) {
    options.push({ label: text('details.withdraw'), icon: UserX, danger: true, act: () => part('withdraw') });
  }
  if (can.remove) {
    options.push({ label: text('details.remove'), icon: UserMinus, danger: true, act: () => part('remove') });
  }
  return options;
}
