import { type KeyboardEvent, useId, useRef, useState } from 'react';
import type { ChatView, PersonView } from '../../client/model.ts';
import { useTell } from '../ask.ts';
import { useFoundPeople } from '../create/people.ts';
import { shownChats } from '../list/filter.ts';
import { useApp, useMessenger } from '../messenger.ts';
import { ChatAvatar } from '../parts/ChatAvatar.tsx';
import { classes } from '../parts/classes.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { organisationNames } from '../parts/names.ts';
import { PersonLine } from '../parts/PersonLine.tsx';
import { goTo } from '../place.ts';
import { text } from '../text/look.ts';
import css from './Switcher.module.css';

interface Props {
  readonly onClose: () => void;
}
type Choice =
  | { readonly is: 'chat'; readonly id: string; readonly chat: ChatView }
  | { readonly is: 'person'; readonly id: string; readonly person: PersonView };

const most = 8;

/** To a chat or a person by a few letters: arrows choose, Enter goes there. */
export function Switcher({ onClose }: Props) {
  const messenger = useMessenger();
  const tell = useTell();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const choices = useChoices(typed.trim());
  const chosen = choices[Math.min(at, choices.length - 1)];
  const open = async (choice: Choice) => {
    if (choice.is === 'chat') {
      onClose();
      goTo({ is: 'chat', chat: choice.chat.chat, details: false });
      return;
    }
    const asked = messenger.openDirect({ org: choice.person.org, account: choice.person.account });
    if (!(await tell(asked))) return;
    onClose();
    const answer = await asked;
    if (answer.ok) goTo({ is: 'chat', chat: answer.value, details: false });
  };
  const keyed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && choices.length > 0) {
      event.preventDefault();
      setAt((Math.min(at, choices.length - 1) + step + choices.length) % choices.length);
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      void open(chosen);
    }
  };
  return (
    <Dialog title={text('switch.title')} onClose={onClose} first={field}>
      <input
        ref={field}
        className={css.field}
        role="combobox"
        aria-expanded={choices.length > 0}
        aria-controls={id}
        aria-activedescendant={chosen && `${id}-${chosen.id}`}
        aria-label={text('switch.field')}
        placeholder={text('switch.field')}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={keyed}
      />
      <div id={id} className={css.list} role="listbox" aria-label={text('switch.title')}>
        {choices.map((choice) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={choice.id}
            id={`${id}-${choice.id}`}
            className={classes(css.choice, choice === chosen && css.chosen)}
            role="option"
            tabIndex={-1}
            aria-selected={choice === chosen}
            onClick={() => void open(choice)}
          >
            {choice.is === 'chat' ? <ChatLine chat={choice.chat} /> : <PersonLine person={choice.person} />}
          </div>
        ))}
      </div>
      <p className={choices.length > 0 ? 'hidden' : css.none} role="status">
        {text('switch.found', { count: choices.length })}
      </p>
    </Dialog>
  );
}

function ChatLine({ chat }: { readonly chat: ChatView }) {
  return (
    <span className={css.line}>
      <ChatAvatar chat={chat} />
      <span className={css.name}>{chat.name}</span>
      {chat.outside.length > 0 ? <span className={css.more}>{organisationNames(chat.outside)}</span> : null}
    </span>
  );
}

/** Chats first, newest first; then people one has no direct chat with yet. */
function useChoices(typed: string): readonly Choice[] {
  const { chats } = useApp();
  const { people } = useFoundPeople(typed);
  const found = shownChats(chats, 'all', typed).slice(0, most);
  const known = new Set(found.flatMap(({ other }) => (other ? [`${other.org}${other.account}`] : [])));
  const fresh = people.filter(({ org, account, disabled }) => !disabled && !known.has(`${org}${account}`));
  return [
    ...found.map((chat) => ({ is: 'chat' as const, id: chat.chat, chat })),
    ...fresh.slice(0, most).map((person) => ({ is: 'person' as const, id: `${person.org}${person.account}`, person })),
  ];
}
