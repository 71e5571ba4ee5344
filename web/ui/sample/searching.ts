/** Search in what the sample people have said. */
import { readQuery, type Term } from '../../../protocol/search/query.ts';
import { snippetOf } from '../../../protocol/search/snippet.ts';
import type { ChatView, FoundView, ItemView, MessageView, Messenger } from '../../client/model.ts';
import type { State } from './state.ts';

export function searching({ scene, talkIn }: State): Pick<Messenger, 'search' | 'searchProgress'> {
  const { searched: progress } = scene;
  return {
    searchProgress: async () => ({ ok: true, value: progress }),
    search: async ({ text, chat, who, kind, from, to }) => {
      const terms = readQuery(text);
      const all = scene.app.chats.filter((each) => chat === null || each.chat === chat);
      const found = all
        .flatMap((each) => said(each, talkIn(each.chat)))
        .filter(({ view }) => who === null || view.author.account === who.account)
        .filter(({ view }) => (from === null || view.at >= from) && (to === null || view.at < to))
        .filter(({ view }) => kind !== 'link' || /https?:/.test(view.text ?? ''))
        .map(({ chat: where, view }) => foundFrom(where, view, terms))
        .filter((each) => terms.length === 0 || each.text.some(({ hit }) => hit))
        .sort((a, b) => b.at - a.at);
      return { ok: true, value: { found, more: null, unreachable: false, progress } };
    },
  };
}

function said(chat: ChatView, talk: readonly ItemView[]): { chat: ChatView; view: MessageView }[] {
  return talk.flatMap((view) => (view.is === 'message' && view.text !== null ? [{ chat, view }] : []));
}

function foundFrom(chat: ChatView, view: MessageView, terms: readonly Term[]): FoundView {
  const { author, own, at, entryId: entry, text } = view;
  const target = { entry, org: author.org, account: author.account, hlc: at * 1024 };
  return { chat, author, own, at, target, text: snippetOf(text ?? '', terms), files: [] };
}
