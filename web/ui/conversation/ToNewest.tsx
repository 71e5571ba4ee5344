import { ArrowDown } from 'lucide-react';
import { text } from '../text/text.ts';
import css from './ToNewest.module.css';

interface Props {
  readonly unread: number;
  readonly onPress: () => void;
}

export function ToNewest({ unread, onPress }: Props) {
  return (
    <button type="button" className={css.button} title={text('conversation.to-newest')} onClick={onPress}>
      <ArrowDown aria-hidden />
      {unread > 0 ? (
        text('conversation.new-below', { count: unread })
      ) : (
        <span className="hidden">{text('conversation.to-newest')}</span>
      )}
    </button>
  );
}
