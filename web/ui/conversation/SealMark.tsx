import { Eye, Lock, LockOpen } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import css from './SealMark.module.css';

const SealSheet = lazy(async () => ({ default: (await import('./SealSheet.tsx')).SealSheet }));
const signs = { sealed: Lock, 'not-sealed': LockOpen, open: Eye };

interface Props {
  readonly view: ConversationView;
}

/** Who can read along, in a word; in sentences when one asks. */
export function SealMark({ view }: Props) {
  const { seal } = view.chat;
  const [asking, setAsking] = useState(false);
  const Sign = signs[seal];
  return (
    <>
      <button
        type="button"
        className={css.mark}
        data-seal={seal}
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
      >
        <Sign aria-hidden />
        <span>{text(`seal.${seal}`)}</span>
      </button>
      {asking ? (
        <Suspense>
          <SealSheet view={view} onClose={() => setAsking(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
