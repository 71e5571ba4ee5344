import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/text.ts';
import { Sheet } from './Sheet.tsx';

interface Props {
  readonly refusal: RefusalReply;
}

export function Failed({ refusal }: Props) {
  return (
    <Sheet title={text('app.failed')} more={refusal.sentence}>
      <p>{text('app.failed-safe')}</p>
      <Button look="primary" large onClick={() => location.reload()}>
        {text('app.again')}
      </Button>
    </Sheet>
  );
}
