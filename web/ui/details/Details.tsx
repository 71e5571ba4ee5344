import { ArrowLeft, X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { ConversationView } from '../../client/model.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { goBack } from '../place.ts';
import { PersonSafety } from '../safety/PersonSafety.tsx';
import { text } from '../text/text.ts';
import { About } from './About.tsx';
import css from './Details.module.css';
import { Leave } from './Leave.tsx';
import { Members } from './Members.tsx';
import { Organisations } from './Organisations.tsx';
import { Section } from './Section.tsx';

const FileList = lazy(async () => ({ default: (await import('../files/FileList.tsx')).FileList }));

interface Props {
  readonly view: ConversationView;
}

/** Who is in the chat, what it is called, and the way out. */
export function Details({ view }: Props) {
  const close = () => goBack({ is: 'chat', chat: view.chat.chat, details: false });
  return (
    <aside
      className={css.details}
      aria-label={text('details.title')}
      data-colour={view.chat.kind === 'private' ? view.chat.colour : undefined}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && event.currentTarget.contains(event.target as Node)) close();
      }}
    >
      <header className={css.header}>
        <IconButton className={css.back} icon={ArrowLeft} label={text('common.back')} onClick={close} />
        <h2 className={css.title}>{text('details.title')}</h2>
        <IconButton className={css.close} icon={X} label={text('details.close')} onClick={close} />
      </header>
      <div className={css.body}>
        <About view={view} />
        {view.chat.kind === 'direct' ? null : <Members view={view} />}
        {view.chat.other === null || view.chat.seal !== 'sealed' ? null : <PersonSafety person={view.chat.other} />}
        {view.chat.outside.length > 0 ? <Organisations outside={view.chat.outside} /> : null}
        <Section title={text('details.files')}>
          <Suspense>
            <FileList view={view} />
          </Suspense>
        </Section>
        {view.can.leave ? <Leave view={view} /> : null}
      </div>
    </aside>
  );
}
