import { KeyRound } from 'lucide-react';
import { text } from '../text/administration.ts';
import { useRead } from './admin.ts';
import { Loading } from './Loading.tsx';
import css from './NodeFacts.module.css';
import { nodeFacts } from './nodefacts.ts';
import type { NodeStatus } from './routes.ts';

export function NodeFacts() {
  const { value, refusal, again } = useRead<NodeStatus>('GET /api/v1/admin/status');
  if (value === null) return <Loading refusal={refusal} again={again} />;
  return (
    <>
      {value.phraseConfirmed ? null : (
        <p className={css.warning}>
          <KeyRound aria-hidden />
          <span>
            {text('banner.phrase')} <a href="#/phrase">{text('banner.phrase-do')}</a>
          </span>
        </p>
      )}
      {value.stopped.map((stopped) => (
        <p key={stopped.reason} className={css.warning}>
          {text('admin.stopped', stopped)}
        </p>
      ))}
      <dl className={css.facts}>
        {nodeFacts(value).map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
