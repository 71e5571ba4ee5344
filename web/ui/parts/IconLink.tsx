import type { LucideIcon } from 'lucide-react';
import { classes } from './classes.ts';
import css from './IconButton.module.css';

interface Props {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly href: string;
  readonly current?: boolean;
  readonly className?: string | undefined;
}

export function IconLink({ icon: Icon, label, href, current = false, className }: Props) {
  return (
    <a
      href={href}
      aria-label={label}
      title={label}
      aria-current={current ? 'page' : undefined}
      className={classes(css.button, className)}
    >
      <Icon aria-hidden />
    </a>
  );
}
