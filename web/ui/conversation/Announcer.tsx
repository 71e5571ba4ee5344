import { useRef } from 'react';
import type { ItemView } from '../../client/model.ts';
import { text } from '../text/text.ts';

interface Props {
  readonly items: readonly ItemView[];
}

/** Reads out what arrives while the chat is open; not what was there before. */
export function Announcer({ items }: Props) {
  const known = useRef(items.at(-1)?.key);
  const last = items.at(-1);
  const fresh = last?.is === 'message' && !last.own && last.key !== known.current && last.text !== null;
  return (
    <p className="hidden" role="log">
      {fresh ? text('conversation.announce', { name: last.author.name, text: last.text }) : ''}
    </p>
  );
}
