import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { type Say, SayContext } from '../ask.ts';
import { text } from '../text/text.ts';
import { IconButton } from './IconButton.tsx';
import css from './Notices.module.css';

interface Notice {
  readonly sentence: string;
  readonly bad: boolean;
  readonly id: number;
}

const shownMs = 6000;
const shownBadMs = 12_000;

/** Sentences at the edge of the window, one at a time, read out as they come. */
export function Notices({ children }: { readonly children: ReactNode }) {
  const [notice, setNotice] = useState<Notice | null>(null);
  const say = useCallback<Say>((sentence, mood) => {
    setNotice((before) => ({ sentence, bad: mood === 'bad', id: (before?.id ?? 0) + 1 }));
  }, []);
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => setNotice(null), notice.bad ? shownBadMs : shownMs);
    return () => clearTimeout(timer);
  }, [notice]);
  const Icon = notice?.bad ? CircleAlert : CircleCheck;
  return (
    <SayContext value={say}>
      {children}
      <div className={css.edge} role="status">
        {notice === null ? null : (
          <div key={notice.id} className={css.notice} data-bad={notice.bad}>
            <Icon aria-hidden />
            <span>{notice.sentence}</span>
            <IconButton small icon={X} label={text('common.dismiss')} onClick={() => setNotice(null)} />
          </div>
        )}
      </div>
    </SayContext>
  );
}
