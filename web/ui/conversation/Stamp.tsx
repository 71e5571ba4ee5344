import { Check, Clock3, TriangleAlert } from 'lucide-react';
import type { MessageView } from '../../client/model.ts';
import { useNow } from '../now.ts';
import { text } from '../text/text.ts';
import { clockTime, timeSince, wholeTime } from '../text/time.ts';
import css from './Stamp.module.css';

interface Props {
  readonly message: MessageView;
}

/** When it was written; of own messages, whether the own node has it. */
export function Stamp({ message }: Props) {
  const { at, arrivedLate, own, state, instead } = message;
  return (
    <span className={css.stamp} data-own={own && state.is === 'stored' && instead === null}>
      {arrivedLate === null ? (
        <time dateTime={new Date(at).toISOString()} title={wholeTime(at)}>
          {clockTime(at)}
        </time>
      ) : (
        <Late at={at} late={arrivedLate} />
      )}
      {own ? <StateSign state={state} /> : null}
    </span>
  );
}

function Late({ at, late }: { readonly at: number; readonly late: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={wholeTime(at)}>
      {text('message.late', { time: timeSince(at, now), late: timeSince(late, now) })}
    </time>
  );
}

function StateSign({ state }: Pick<MessageView, 'state'>) {
  if (state.is === 'stored') return <Check aria-hidden />;
  return state.is === 'queued' || state.is === 'sending' ? <Clock3 aria-hidden /> : <TriangleAlert aria-hidden />;
}
