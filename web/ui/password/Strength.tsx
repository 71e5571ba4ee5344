import { classes } from '../parts/classes.ts';
import { text } from '../text/keys.ts';
import type { Judgement } from './judge.ts';
import { judgementSentence } from './rules.ts';
import css from './Strength.module.css';

interface Props {
  readonly judged: Judgement | 'failed' | null;
  /** The form was sent before it could be judged. */
  readonly waiting: boolean;
}

const steps = [1, 2, 3, 4] as const;

/** Four steps, and in words why, and what to do. */
export function Strength({ judged, waiting }: Props) {
  const known = judged !== null && judged !== 'failed';
  const score = known ? judged.score : 0;
  const sentence = judged === 'failed' ? text('password.unjudged') : known ? judgementSentence(judged) : null;
  return (
    <div className={css.strength} data-enough={score >= 3}>
      <meter className="hidden" aria-label={text('password.judging')} min={0} max={4} value={score} />
      <div className={css.steps} aria-hidden>
        {steps.map((step) => (
          <span key={step} className={classes(css.step, step <= score && css.reached)} />
        ))}
      </div>
      <p className={css.sentence} aria-live="polite">
        {sentence ?? text(waiting ? 'password.moment' : 'strength.none')}
      </p>
    </div>
  );
}
