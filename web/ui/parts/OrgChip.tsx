import type { OrgId } from '../../../protocol/ids.ts';
import css from './OrgChip.module.css';
import { OrgMark } from './OrgMark.tsx';

interface Props {
  readonly org: OrgId;
  readonly name: string;
  readonly own?: boolean;
}

export function OrgChip({ org, name, own = false }: Props) {
  return (
    <span className={css.chip}>
      <OrgMark org={org} name={name} own={own} />
      <span className={css.name} data-part="name">
        {name}
      </span>
    </span>
  );
}
