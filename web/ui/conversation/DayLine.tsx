import { useNow } from '../now.ts';
import { dayName } from '../text/time.ts';
import css from './DayLine.module.css';

interface Props {
  readonly at: number;
}

export function DayLine({ at }: Props) {
  return (
    <h3 className={css.day}>
      <span>{dayName(at, useNow())}</span>
    </h3>
  );
}
