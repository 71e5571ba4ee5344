/** Replies, edits, reactions and pins among the invented messages. */
import type { ChatId } from '../../../protocol/ids.ts';
import type { ItemView, MessageView, Messenger, ReactionView, SendMore } from '../../client/model.ts';
import type { Target } from '../../client/said.ts';
import { me } from './people.ts';
import { quoteOf } from './pins.ts';
import type { State } from './state.ts';

type Remarking = Pick<Messenger, 'edit' | 'react' | 'pin'>;

export function remarking({ changeMessage }: State): Remarking {
  const change = async (chat: ChatId, { entry }: Target, by: (was: MessageView) => Partial<MessageView>) =>
    changeMessage(chat, entry, (was) => [{ ...was, ...by(was) }]);
  return {
    edit: (chat, target, text) =>
      change(chat, target, ({ text: before, at, edited }) => {
        const earlier = [...(edited?.earlier ?? []), { text: before ?? '', at: edited?.at ?? at }];
        return { text, edited: { at: Date.now(), earlier } };
      }),
    react: (chat, target, emoji, on) =>
      change(chat, target, ({ reactions }) => ({ reactions: reacted(reactions, emoji, on) })),
    pin: (chat, target, on) => change(chat, target, () => ({ pinnedBy: on ? me : null })),
  };
}

function reacted(before: readonly ReactionView[], emoji: string, on: boolean): ReactionView[] {
  const now = before.some((one) => one.emoji === emoji) ? before : [...before, { emoji, own: false, people: [] }];
  return now
    .map((one) => {
      if (one.emoji !== emoji) return one;
      const others = one.people.filter(({ account }) => account !== me.account);
      return { emoji, own: on, people: on ? [...others, me] : others };
    })
    .filter(({ people }) => people.length > 0);
}

export function saidWith(more: SendMore | undefined, talk: readonly ItemView[]): Partial<MessageView> {
  const { replyTo, forwarded } = more ?? {};
  const answered = talk.find((item) => item.is === 'message' && item.entryId === replyTo?.entry);
  return {
    ...(answered?.is === 'message' ? { replyTo: quoteOf(answered) } : {}),
    ...(forwarded ? { forwarded } : {}),
  };
}
