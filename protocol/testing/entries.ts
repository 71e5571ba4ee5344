/** For tests only: the entries of a chat's logs as the rule of validity is asked about them. */
import type { Shown } from '../chat/order.ts';
import type { Candidate, Placed } from '../chat/validity.ts';
import type { LogId } from '../ids.ts';
import { entryKind } from '../log/entry.ts';
import type { TestChat } from './chat.ts';
import type { TestLog } from './log.ts';

export type TestEntry = Candidate & Shown;

/** In the order of the log. */
export function entriesOf(log: TestLog): TestEntry[] {
  const finsOf = new Map<string, Placed[]>();
  return log.blocks.flatMap(({ read }) =>
    read.block.entries.map((header, i) => {
      const { logId } = log;
      const placed = { logId, seq: read.block.firstSeq + i, cpos: read.block.cpos };
      const fins = finsOf.get(header.account) ?? [];
      const kind = entryKind(header.kind);
      if (kind === 'fin') finsOf.set(header.account, [...fins, placed]);
      const { account, device } = header;
      const signed = { device, devSig: 'good', carried: [] } as const;
      return { ...placed, kind, account, signed, fins, hlc: header.hlc, org: log.org.orgId };
    }),
  );
}

/** The entry with that number. Throws where there is none. */
export function entryAt(chat: TestChat, logId: LogId, seq: number): TestEntry {
  const log = chat.logs.get(logId);
  const entry = log && entriesOf(log)[seq - 1];
  if (!entry) throw new Error('no such entry');
  return entry;
}
