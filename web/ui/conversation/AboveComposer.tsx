import type { ChatView, ConversationView } from '../../client/model.ts';
import { organisationNames } from '../parts/names.ts';
import { OrgMark } from '../parts/OrgMark.tsx';
import { text } from '../text/text.ts';
import css from './AboveComposer.module.css';
import { keyWaitSentence } from './keywait.ts';
import { Typing } from './Typing.tsx';

interface Props {
  readonly view: ConversationView;
  /** Characters too many. */
  readonly excess: number;
}

/** Who outside reads along, what waits for another node, and what is wrong with the text. */
export function AboveComposer({ view, excess }: Props) {
  const { chat, waiting, seal } = view;
  return (
    <div className={css.above}>
      {excess > 0 ? (
        <p className={css.bad} role="alert">
          {text('composer.too-long', { count: excess })}
        </p>
      ) : null}
      {waiting.map(({ what, hub }) => (
        <p key={what} className={css.wait}>
          {text('conversation.waiting', { what, organisation: hub.name })}
        </p>
      ))}
      {seal?.keyWait ? (
        <p className={css.wait}>{text('key.write', { sentence: keyWaitSentence(seal.keyWait) })}</p>
      ) : null}
      {seal?.changesWith ? (
        <p className={css.wait}>{text('key.changes', { organisation: seal.changesWith.name })}</p>
      ) : null}
      {chat.outside.length > 0 ? (
        <p className={css.outside}>
          {chat.outside.map(({ org, name }) => (
            <OrgMark key={org} org={org} name={name} />
          ))}
          {outsideSentence(chat)}
        </p>
      ) : null}
      <Typing names={chat.typing} />
    </div>
  );
}

function outsideSentence({ outside, other }: ChatView): string {
  if (other !== null) return text('composer.outside-direct', { name: other.name, organisation: other.orgName });
  return text('composer.outside', { organisations: organisationNames(outside) });
}
