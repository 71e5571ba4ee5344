/** The sentence of a notice. */
import type { NoticeView, PersonView } from '../../client/model.ts';
import { text } from '../text/text.ts';

function named(person: PersonView | null): string {
  if (person === null) return text('common.nobody');
  return person.outsider ? `${person.name} (${person.orgName})` : person.name;
}

export function noticeSentence({ what, by, person, role, refusal }: NoticeView): string {
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
    case 'withdrawn':
    case 'removed':
    case 'granted':
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
