/** What the node says of itself, as names and words. */
import { text } from '../text/administration.ts';
import { locale } from '../text/text.ts';
import { size, wholeTime } from '../text/time.ts';
import type { NodeStatus } from './routes.ts';

const number = new Intl.NumberFormat(locale);

export function nodeFacts(status: NodeStatus): [name: string, fact: string][] {
  return [
    [text('admin.fact-version'), status.version],
    [text('admin.fact-started'), wholeTime(status.startedAt)],
    [text('admin.fact-web'), status.webAddress],
    [text('admin.fact-addresses'), status.federationAddresses.join('\n') || text('admin.fact-none')],
    [text('admin.fact-data'), status.dataFolder],
    [text('admin.fact-record'), wholeTime(status.recordExpiresAt)],
    [text('admin.fact-phrase'), text(status.phraseConfirmed ? 'admin.fact-phrase-yes' : 'admin.fact-phrase-no')],
    [text('admin.fact-accounts'), number.format(status.accounts)],
    [text('admin.fact-chats'), number.format(status.chats)],
    [text('admin.fact-entries'), number.format(status.entries)],
    [text('admin.fact-database'), size(status.databaseBytes)],
    [text('admin.fact-memory'), size(status.memoryBytes)],
    [text('admin.fact-sockets'), number.format(status.sockets)],
  ];
}
