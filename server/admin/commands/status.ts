/** `conclave status`: the running node in numbers. */
import type { Command } from 'commander';
import { type Act, type Answer, examples } from '../act.ts';
import type { Status } from '../shapes.ts';
import { showBytes, showPairs, showTime } from '../show.ts';
import { showPeers } from './peer.ts';

export function addStatusCommand(program: Command, act: Act): void {
  program
    .command('status')
    .description('the running node: partners, queues, last contact, sizes')
    .addHelpText('after', examples('conclave status', 'conclave status --data /var/lib/conclave --json'))
    .action(act.asking(async (call) => answerOf(await call('GET /api/v1/admin/status', {}))));
}

function answerOf(value: Status): Answer {
  const pairs: [string, string][] = [
    ['organisation', `${value.name} (${value.domain})`],
    ['id', value.org],
    ['version', value.version],
    ['running since', showTime(value.startedAt)],
    ['web', value.webAddress],
    ['federation', value.federationAddresses.join(', ') || 'no address'],
    ['data folder', value.dataFolder],
    ['record until', showTime(value.recordExpiresAt)],
    ['accounts', String(value.accounts)],
    ['chats', `${value.chats}, with ${value.entries} entries`],
    ['database', showBytes(value.databaseBytes)],
    ['memory', showBytes(value.memoryBytes)],
    ['sockets', String(value.sockets)],
    ...value.stopped.map(({ reason, count }): [string, string] => ['stopped', `${count} chats: ${reason}`]),
  ];
  return { value, text: [showPairs(pairs), ...warnings(value), '', showPeers(value.peers)].join('\n') };
}

function warnings({ phraseConfirmed }: Status): string[] {
  return phraseConfirmed ? [] : ['', 'Nobody has confirmed the recovery phrase yet. On a terminal: conclave init'];
}
