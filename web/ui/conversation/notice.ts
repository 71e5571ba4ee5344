/** The sentence of a notice. */
import type { NoticeView, PersonView } from '../../client/model.ts';
import { text } from '../text/text.ts';
import { dateName } from '../text/time.ts';

function named(person: PersonView | null): string {
  if (person === null) return text('common.nobody');
  return person.outsider ? `${person.name} (${person.orgName})` : person.name;
}

export function noticeSentence({ what, by, person, role, refusal, history }: NoticeView): string {
  const names = { by: named(by), person: named(person) };
  switch (what) {
    case 'role':
      return text('notice.role', { ...names, role: role ?? 'member' });
    case 'refused':
      return text('notice.refused', { sentence: refusal?.sentence ?? '' });
    case 'hub':
    case 'noop':
      return text(`notice.${what}`);
    case 'created':
    case 'look':
    case 'policy':
      return text(`notice.${what}`, { by: names.by });
    case 'invited':
    case 'granted':
      return historySentence(what, names, history);
    case 'withdrawn':
    case 'removed':
    case 'readmitted':
      return text(`notice.${what}`, names);
    case 'joined':
    case 'left':
    case 'declined':
    case 'expired':
    case 'suspended':
    case 'keyed':
    case 'succeeded':
      return text(`notice.${what}`, { person: person === null ? names.by : names.person });
  }
}

type Names = { readonly by: string; readonly person: string };

/** Everybody sees what a newcomer was given of the past. */
function historySentence(what: 'invited' | 'granted', names: Names, history: NoticeView['history']): string {
  if (history === null) return text(`notice.${what}`, names);
  return history.all
    ? text(`notice.${what}-all`, names)
    : text(`notice.${what}-from`, { ...names, day: dateName(history.from) });
}
