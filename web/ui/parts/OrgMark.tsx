import type { OrgId } from '../../../protocol/ids.ts';
import { classes } from './classes.ts';
import { colourOf } from './colour.ts';
import { initials } from './names.ts';
import css from './OrgMark.module.css';

interface Props {
  readonly org: OrgId;
  readonly name: string;
  readonly own?: boolean;
}

/** The initial of an organisation in its colour: decoration beside its name, never instead of it. */
export function OrgMark({ org, name, own = false }: Props) {
  return (
    <span aria-hidden className={classes(css.mark, own && css.own)} data-colour={colourOf(org)}>
      {initials(name).slice(0, 1)}
    </span>
  );
}
