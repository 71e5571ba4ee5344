/** `conclave peer …`: partner organisations, by domain, name or id. */
import { Argument, type Command } from 'commander';
import { Refused } from '../../../protocol/result.ts';
import { type Act, type Answer, examples } from '../act.ts';
import type { Call } from '../call.ts';
import { findPeer } from '../find.ts';
import type { PeerStatus } from '../shapes.ts';
import { showPairs, showTable, showTime } from '../show.ts';

type Directory = 'nobody' | 'exact' | 'search';
const PEER = 'domain, name or id of a partner';
const DECISIONS = [
  ['approve', 'approved', 'let it in: people of both sides may share chats'],
  ['block', 'blocked', 'keep it out, whatever Network access says; ends the connection'],
  ['unblock', 'unblocked', 'take it off the block list; it is not approved by that'],
] as const;

export function addPeerCommands(program: Command, act: Act): void {
  const group = program.command('peer').description('partner organisations');
  group.addHelpText(
    'after',
    examples('conclave peer invite', 'conclave peer add globex.example', 'conclave peer list'),
  );
  addMeeting(group, act);
  group
    .command('list')
    .description('partners, their connections and what waits for them')
    .addHelpText('after', examples('conclave peer list', 'conclave peer list --json'))
    .action(
      act.asking(async (call) => {
        const value = await call('GET /api/v1/admin/peers', {});
        return { value, text: showPeers(value.peers) };
      }),
    );
  for (const [name, state, description] of DECISIONS) {
    group
      .command(name)
      .argument('<partner>', PEER)
      .description(description)
      .addHelpText('after', examples(`conclave peer ${name} globex.example`))
      .action(act.asking((call, _, [typed = '']) => changed(call, typed, { state })));
  }
  addDirectory(group, act);
  addTrust(group, act);
  addRemove(group, act);
}

function addMeeting(group: Command, act: Act): void {
  group
    .command('invite')
    .description('a ticket: give it to a partner, who adds it; both sides are approved then')
    .addHelpText('after', examples('conclave peer invite', 'conclave peer invite --json'))
    .action(
      act.asking(async (call) => {
        const value = await call('POST /api/v1/admin/peers/invite', {});
        const text = `${value.ticket}\n\nFor one partner, until ${showTime(value.expiresAt)}. There: conclave peer add TICKET`;
        return { value, text };
      }),
    );
  group
    .command('add')
    .argument('<ticket-or-domain...>', 'what "conclave peer invite" printed there, or the domain of the partner')
    .description('add and approve a partner')
    .addHelpText('after', examples('conclave peer add conclave1…', 'conclave peer add globex.example'))
    .action(
      act.asking(async (call, _, words) => {
        const typed = words.join('');
        const body = /^conclave1/i.test(typed) ? { ticket: typed } : { domain: typed.toLowerCase() };
        return answerOf(await call('POST /api/v1/admin/peers', { body }));
      }),
    );
}

function addDirectory(group: Command, act: Act): void {
  const choices = ['nobody', 'exact', 'search', 'default'];
  group
    .command('directory')
    .argument('<partner>', PEER)
    .addArgument(new Argument('<shows>', 'what the directory shows to it; default: as for all').choices(choices))
    .description('what a partner may learn of who works here')
    .addHelpText('after', examples('conclave peer directory globex.example search'))
    .action(
      act.asking((call, _, [typed = '', shows = '']) =>
        changed(call, typed, { directory: shows === 'default' ? null : (shows as Directory) }),
      ),
    );
}

function addTrust(group: Command, act: Act): void {
  group
    .command('trust')
    .argument('<partner>', PEER)
    .addArgument(new Argument('<invitations>', 'what becomes of invitations from there').choices(['accept', 'ask']))
    .description('take up invitations of a partner without asking the invited, or ask them (as at first)')
    .addHelpText('after', examples('conclave peer trust globex.example accept'))
    .action(act.asking((call, _, [typed = '', what = '']) => changed(call, typed, { autoAccept: what === 'accept' })));
}

function addRemove(group: Command, act: Act): void {
  group
    .command('remove')
    .argument('<partner>', PEER)
    .description('forget a partner that no chat is shared with')
    .addHelpText('after', examples('conclave peer remove globex.example'))
    .action(
      act.asking(async (call, _, [typed = '']) => {
        const org = await findPeer(call, typed);
        await call('DELETE /api/v1/admin/peers/:org', { params: { org } });
        return { value: { removed: org }, text: `${typed} is forgotten.` };
      }),
    );
}

type Change = {
  state?: 'approved' | 'blocked' | 'unblocked';
  directory?: Directory | null;
  autoAccept?: boolean;
};

async function changed(call: Call, typed: string, body: Change): Promise<Answer> {
  if (typed === '') throw new Refused('unknown_peer');
  const params = { org: await findPeer(call, typed) };
  return answerOf(await call('PATCH /api/v1/admin/peers/:org', { params, body }));
}

function answerOf(peer: PeerStatus): Answer {
  const pairs: [string, string][] = [
    ['partner', `${peer.name || '(not met yet)'} ${peer.domain && `(${peer.domain})`}`.trim()],
    ['id', peer.org],
    ['state', peer.state],
    ['directory', peer.directory ?? 'as for all'],
    ['invitations', peer.autoAccept ? 'taken up without asking' : 'the invited are asked'],
    ['connected', peer.connected ? 'yes' : `no, last contact: ${showTime(peer.lastContactAt)}`],
    ...(peer.warning === null ? [] : [['warning', peer.warning] as [string, string]]),
  ];
  return { value: peer, text: showPairs(pairs) };
}

/** The table of partners, in `peer list` and in `status`. */
export function showPeers(peers: readonly PeerStatus[]): string {
  if (peers.length === 0) return 'There are no partners yet. Give one a ticket: conclave peer invite';
  const rows = peers.map((peer) => [
    peer.domain || '-',
    peer.name || '-',
    peer.state,
    peer.connected ? 'yes' : 'no',
    showTime(peer.lastContactAt),
    String(peer.queued),
    peer.directory ?? 'as for all',
    peer.warning ?? '',
  ]);
  return showTable(['DOMAIN', 'NAME', 'STATE', 'CONNECTED', 'LAST CONTACT', 'QUEUED', 'DIRECTORY', 'WARNING'], rows);
}
