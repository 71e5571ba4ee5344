import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classes } from './classes.ts';
import css from './IconButton.module.css';

interface Props extends ComponentProps<'button'> {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly small?: boolean;
}

/** An icon never stands alone: its name is read out, and shown when one points at it. */
export function IconButton({ icon: Icon, label, small, className, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classes(css.button, small && css.small, className)}
    >
      <Icon aria-hidden />
    </button>
  );
}
