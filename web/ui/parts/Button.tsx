import type { ComponentProps } from 'react';
import css from './Button.module.css';
import { classes } from './classes.ts';

interface Props extends ComponentProps<'button'> {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly large?: boolean;
  readonly small?: boolean;
}

export function Button({ look = 'plain', large, small, className, ...rest }: Props) {
  const names = classes(css.button, css[look], large && css.large, small && css.small, className);
  return <button type="button" {...rest} className={names} />;
}
