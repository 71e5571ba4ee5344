import { ShieldX } from 'lucide-react';
import { useMe } from '../messenger.ts';
import { Empty } from '../parts/Empty.tsx';
import { placeLink, SECTIONS, type Section } from '../place.ts';
import { Page } from '../settings/Page.tsx';
import { text } from '../text/administration.ts';
import { Accounts } from './Accounts.tsx';
import css from './Administration.module.css';
import { NetworkAccess } from './NetworkAccess.tsx';
import { NodeFacts } from './NodeFacts.tsx';
import { Partners } from './Partners.tsx';

interface Props {
  readonly section: Section;
}

const screens = { accounts: Accounts, network: NetworkAccess, partners: Partners, status: NodeFacts };

export function Administration({ section }: Props) {
  const { administrator } = useMe();
  const Screen = screens[section];
  if (!administrator) {
    return (
      <Page title={text('admin.title')}>
        <Empty icon={ShieldX} title={text('conversation.gone')} />
      </Page>
    );
  }
  return (
    <Page
      title={text('admin.title')}
      below={
        <nav className={css.sections} aria-label={text('admin.sections')}>
          {SECTIONS.map((one) => (
            <a
              key={one}
              href={placeLink({ is: 'administration', section: one })}
              aria-current={one === section ? 'page' : undefined}
            >
              {text(`admin.${one}`)}
            </a>
          ))}
        </nav>
      }
    >
      <Screen />
      <p className={css.note}>{text('admin.no-content')}</p>
    </Page>
  );
}
