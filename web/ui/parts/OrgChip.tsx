import type { OrgId } from '../../../protocol/ids.ts';
import { OrgMark } from './OrgMark.tsx';
import css from './OrgChip.module.css';

interface Props {
  readonly org: OrgId;
  readonly name: string;
  readonly own?: boolean;
}

export function OrgChip({ org, name, own = false }: Props) {
  return (
    <span className={css.chip}>
      <OrgMark org={org} name={name} own={own} />
      <span className={css.name}>{name}</span>
    </span>
  );
}
