import { Check } from 'lucide-react';
import type { DeliveryView } from '../../client/model.ts';
import { useNow } from '../now.ts';
import { text } from '../text/text.ts';
import { timeSince } from '../text/time.ts';
import css from './Delivery.module.css';
import { queuedSentence } from './delivery.ts';

interface Props {
  readonly delivery: readonly DeliveryView[];
}

/** Which organisations have it, and which have not and since when: in words. */
export function Delivery({ delivery }: Props) {
  const now = useNow();
  if (delivery.length === 0) return null;
  return (
    <ul className={css.delivery} aria-label={text('delivery.label')}>
      {delivery.map((one) => (
        <li key={one.organisation.org} className={css.one} data-has={one.has}>
          {one.has ? (
            <>
              {one.organisation.name}
              <Check role="img" aria-label={text('delivery.has-no-time', { organisation: one.organisation.name })} />
              {one.at === null ? null : timeSince(one.at, now)}
            </>
          ) : (
            queuedSentence(one, now)
          )}
        </li>
      ))}
    </ul>
  );
}
