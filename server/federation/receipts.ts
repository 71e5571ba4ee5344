/**
 * The receipts that this node gives (PROTOCOL 5.6): one signature over all that became whole within a moment. State, not
 * events: on each new session all of them are said again.
 */
import { encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import type { LogId, OrgId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { receiptList } from '../../protocol/sync/frames.ts';
import type { Sharing } from '../chats/sharing.ts';
import type { Signer } from '../ports.ts';
import type { Later } from './later.ts';
import type { Session } from './session.ts';

export interface Receipts {
  /** This log of that organisation may be whole further than was said. */
  due(org: OrgId, logId: LogId): void;
  /** Everything that is whole, to a session that has just begun. */
  all(session: Session): void;
}

interface Uses {
  readonly sharing: Pick<Sharing, 'wholeSeqs' | 'wholeSeq'>;
  readonly signer: Signer;
  readonly later: Later;
  readonly sessionOf: (org: OrgId) => Session | undefined;
}

const DELAY_MS = 20;

export function createReceipts({ sharing, signer, later, sessionOf }: Uses): Receipts {
  const waiting = new Map<OrgId, Set<LogId>>();

  function send(session: Session, whole: readonly { logId: LogId; seq: number }[]): void {
    const news = whole.filter(({ logId, seq }) => (session.receipted.get(logId) ?? 0) < seq);
    for (let at = 0; at < news.length; at += LIMITS.receiptsPerFrame) {
      const receipts = news.slice(at, at + LIMITS.receiptsPerFrame);
      const bytes = encode(receiptList, { v: 1, to: session.org, receipts });
      session.send({ is: 'receipts', receipts: { bytes, signature: signer.sign(signedBytes('receipt', bytes)) } });
      for (const { logId, seq } of receipts) session.receipted.set(logId, seq);
    }
  }

  function flush(org: OrgId): void {
    const logs = waiting.get(org) ?? new Set();
    waiting.delete(org);
    const session = sessionOf(org);
    if (session)
      send(
        session,
        [...logs].map((logId) => ({ logId, seq: sharing.wholeSeq(logId) })),
      );
  }

  return {
    due(org, logId) {
      waiting.set(org, (waiting.get(org) ?? new Set()).add(logId));
      later.once(`receipts ${org}`, DELAY_MS, () => flush(org));
    },
    all: (session) => send(session, sharing.wholeSeqs(session.org)),
  };
}
