/** What a key that is not here waits for, said truly: a node that is away, anybody who has it, or to be let in again. */
import { suspensionNow } from '../../protocol/chat/pins.ts';
import type { ChatState } from '../../protocol/chat/state.ts';
import { type Chat, type Desk, isSealed, myKey } from './desk.ts';
import type { ConversationView, KeyWait, OrganisationView } from './model.ts';
import { organisationView } from './people.ts';

/** Null: nothing lacks that was asked for, or there are no keys here at all. */
export function keyWaitOf(desk: Desk, { control, seal }: Chat): KeyWait | null {
  if (!control || !seal) return null;
  const { state } = control;
  if (suspensionNow(state.members.get(myKey(desk.me)))) return { is: 'readmit' };
  if (state.segments.length > 0 && !seal.isLacking()) return null;
  const away = hubAway(desk, state);
  return away ? { is: 'organisation', organisation: away } : { is: 'member' };
}

/** Of the open conversation. */
export function sealView(desk: Desk, chat: Chat): ConversationView['seal'] {
  if (!isSealed(chat)) return null;
  const state = chat.control?.state;
  return { keyWait: keyWaitOf(desk, chat), changesWith: state?.rekeyPending ? hubAway(desk, state) : null };
}

function hubAway(desk: Desk, { hub }: ChatState): OrganisationView | null {
  const organisation = organisationView(desk, hub);
  return organisation.own || organisation.reachable ? null : organisation;
}
