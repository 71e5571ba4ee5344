/** What a link is for, and what the form that follows asks. */
import type { Answer, Messenger } from '../../client/model.ts';
import { text } from '../text/text.ts';

export type LinkView = Extract<Awaited<ReturnType<Messenger['lookAtLink']>>, Answer<unknown> & { ok: true }>['value'];

export interface JoinValues {
  readonly displayName: string;
  readonly name: string;
}

export function linkTitle(link: LinkView): { title: string; more: string } {
  const { organisation } = link;
  if (link.kind === 'reset') {
    return { title: text('enter.reset', { name: link.name ?? '' }), more: text('enter.reset-more') };
  }
  if (link.kind === 'join') return { title: text('enter.join', { organisation }), more: text('enter.join-more') };
  return { title: text('enter.first', { organisation }), more: text('enter.first-more') };
}

/** Names that sign in: letters, digits, dots, dashes, underscores; a proposal made from what the person is called. */
export function nameFrom(displayName: string): string {
  const plain = displayName.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[a-z0-9]+/)?.[0] ?? '').slice(0, 64);
}
