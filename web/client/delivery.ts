/**
 * Delivery per organisation (PROTOCOL 5.6): which nodes have an own message, by their receipts. Only organisations whose audience the
 * message is in are asked about; one that is invited gets nothing before it accepts, so it is not shown as waiting.
 */
import type { Entry, ErasedBy } from '../../protocol/api/shapes.ts';
import { acceptedOrganisations, type ChatState } from '../../protocol/chat/state.ts';
import { isForOrganisation } from '../../protocol/chat/validity.ts';
import type { OrgId } from '../../protocol/ids.ts';
import type { Chat, Desk, Known, Step } from './desk.ts';
import type { DeliveryView } from './model.ts';
import { organisationView } from './people.ts';

export function deliveryOf(desk: Desk, chat: Chat, { entry }: Known): DeliveryView[] {
  return entry.org === desk.me.org ? deliveryAt(desk, chat, entry) : [];
}

/** Of an own erasure: which nodes have it, and with it no body any more. */
export function deliveryOfErasure(desk: Desk, chat: Chat, target: Entry, by: ErasedBy): DeliveryView[] {
  return deliveryAt(desk, chat, { log: by.log, seq: by.seq, cpos: target.cpos });
}

function deliveryAt(desk: Desk, chat: Chat, { log, seq, cpos }: Pick<Entry, 'log' | 'seq' | 'cpos'>): DeliveryView[] {
  const { control } = chat;
  if (!control || chat.record.summary.organisations.length < 2) return [];
  const placed = { logId: log, seq, cpos };
  const views: DeliveryView[] = [];
  for (const org of organisationsOf(control.state)) {
    if (org === desk.me.org || !isForOrganisation(control.state, org, placed)) continue;
    const { has, at } = coverage(chat.delivery.get(`${log}/${org}`) ?? [], seq);
    if (has || acceptedOrganisations(control.state).has(org))
      views.push({ organisation: organisationView(desk, org), has, at });
  }
  return views;
}

function organisationsOf(state: ChatState): Set<OrgId> {
  return new Set([...state.members.values()].map(({ org }) => org));
}

/** The time is known where the step that covers the entry was seen to do so. */
function coverage(steps: readonly Step[], seq: number): { has: boolean; at: number | null } {
  const index = steps.findIndex((step) => step.seq >= seq);
  const step = steps[index];
  if (!step) return { has: false, at: null };
  return { has: true, at: index > 0 || step.seq === seq ? step.at : null };
}
