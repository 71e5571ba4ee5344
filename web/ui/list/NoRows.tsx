import { MessagesSquare, Search } from 'lucide-react';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { text } from '../text/text.ts';

interface Props {
  readonly search: string;
  /** How many there are without search and filter. */
  readonly all: number;
  readonly onShowAll: () => void;
}

export function NoRows({ search, all, onShowAll }: Props) {
  if (all === 0) {
    return (
      <Empty icon={MessagesSquare} title={text('list.empty')}>
        {text('list.empty-more')}
      </Empty>
    );
  }
  const title = search === '' ? text('list.nothing-filtered') : text('list.nothing-found', { text: search });
  return <Empty icon={Search} title={title} action={<Button onClick={onShowAll}>{text('list.show-all')}</Button>} />;
}
