import { SquarePen } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/text.ts';

const load = () => import('../create/NewChat.tsx');
const NewChat = lazy(async () => ({ default: (await load()).NewChat }));

/** Where the installed program's "New chat" begins. */
const SHORTCUT = '#/new';

interface Props {
  readonly large?: boolean;
}

/** The dialog is fetched when somebody is about to press, so it opens at once. */
export function NewChatButton({ large = false }: Props) {
  const [open, setOpen] = useState(() => !large && location.hash === SHORTCUT);
  return (
    <>
      <Button
        look="primary"
        large={large}
        onClick={() => setOpen(true)}
        onPointerEnter={load}
        onFocus={load}
        aria-haspopup="dialog"
      >
        <SquarePen aria-hidden />
        {text('list.new')}
      </Button>
      {open ? (
        <Suspense>
          <NewChat onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
