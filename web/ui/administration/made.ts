/** Links and tickets, as the dialog that shows them takes them. */
import type { Answer, Messenger } from '../../client/model.ts';
import type { AdminRoute, Link, Ticket } from './routes.ts';

type Made = Answer<{ value: string; expiresAt: number }>;
type Input = Parameters<Messenger['admin']>[1];

export async function makeLink(messenger: Messenger, route: AdminRoute, input: Input): Promise<Made> {
  const answer = await messenger.admin<Link>(route, input);
  return answer.ok ? { ok: true, value: { value: answer.value.link, expiresAt: answer.value.expiresAt } } : answer;
}

export async function makeTicket(messenger: Messenger): Promise<Made> {
  const answer = await messenger.admin<Ticket>('POST /api/v1/admin/peers/invite', {});
  return answer.ok ? { ok: true, value: { value: answer.value.ticket, expiresAt: answer.value.expiresAt } } : answer;
}
