import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { text } from '../text/text.ts';

interface Props {
  readonly refusal: RefusalReply | null;
  readonly again: () => void;
}

/** In the place of what is not there yet: it is coming, or why it is not. */
export function Loading({ refusal, again }: Props) {
  if (refusal === null) return <Spinner />;
  return (
    <div>
      <Refusal refusal={refusal} />
      <Button onClick={again}>{text('app.again')}</Button>
    </div>
  );
}
