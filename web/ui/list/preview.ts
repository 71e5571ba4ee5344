/** The second line of a chat in the list: who types, or the newest message, or why there is none. */
import type { ChatView } from '../../client/model.ts';
import { listed, text } from '../text/text.ts';

export function previewLine({ standing, preview, typing, kind, acceptedFrom }: ChatView): string {
  if (standing === 'ended') return text('list.ended');
  if (typing.length > 0) return text('list.typing', { name: listed(typing) });
  if (preview === null && acceptedFrom) return text('list.accepted-for-you', { organisation: acceptedFrom.name });
  if (preview === null) return text('list.no-messages');
  const said = preview.text ?? text('list.no-key');
  if (preview.from === null) return text('list.you-said', { text: said });
  return kind === 'direct' ? said : text('list.they-said', { name: firstName(preview.from), text: said });
}

function firstName(name: string): string {
  return name.split(' ')[0] ?? name;
}
