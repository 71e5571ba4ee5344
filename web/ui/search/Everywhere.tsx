import { jumpToFound } from '../jump.ts';
import { goTo } from '../place.ts';
import { text } from '../text/search.ts';
import css from './Everywhere.module.css';
import { Results } from './Results.tsx';
import { useSearching } from './searching.ts';

/** Below the chats that are called so: what was said of it in all of them. */
export function Everywhere({ words }: { readonly words: string }) {
  const wanted = { text: words, chat: null, who: null, kind: null, from: null, to: null };
  const { reply, busy, more } = useSearching(wanted);
  return (
    <section className={css.everywhere} aria-label={text('search.messages')}>
      <h2 className={css.title}>{text('search.messages')}</h2>
      <Results
        reply={reply}
        busy={busy}
        onMore={more}
        onPick={(found) => {
          jumpToFound(found);
          goTo({ is: 'chat', chat: found.chat.chat, details: false });
        }}
        withChat
      />
    </section>
  );
}
