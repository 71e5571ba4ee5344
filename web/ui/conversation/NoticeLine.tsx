import type { NoticeView } from '../../client/model.ts';
import { clockTime, wholeTime } from '../text/time.ts';
import css from './NoticeLine.module.css';
import { noticeSentence } from './notice.ts';

interface Props {
  readonly notice: NoticeView;
}

export function NoticeLine({ notice }: Props) {
  return (
    <p className={css.notice} data-bad={notice.what === 'refused'}>
      {noticeSentence(notice)}
      <time dateTime={new Date(notice.at).toISOString()} title={wholeTime(notice.at)}>
        {clockTime(notice.at)}
      </time>
    </p>
  );
}
