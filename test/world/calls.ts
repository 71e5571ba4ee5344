/** Calls over a simulated connection: beside the frames, in no order with them, lost while the way is cut. */
import { LIMITS } from '../../protocol/limits.ts';
import { assert, Fault } from '../../protocol/result.ts';
import type { ConnectionHandlers } from '../../server/ports.ts';
import type { Life, Message, Wire } from './wire.ts';

export interface Call {
  /** Once; what comes later is too late. */
  settle(run: () => void): void;
  reject(reason: string): void;
}

/** What a call needs of a side of the connection. */
interface Side {
  readonly wire: Wire;
  readonly life: Life;
  readonly calls: Set<Call>;
  readonly isOpen: boolean;
  readonly handlers: ConnectionHandlers | null;
  post(message: Message, isOrdered: boolean): void;
  later(delayMs: number, label: string, run: () => Promise<void>): void;
}

export function failCalls(calls: ReadonlySet<Call>): void {
  for (const call of calls) call.reject('call: the connection ended');
}

type Handler = 'onCall' | 'onFetch';

export function callOther(
  from: Side,
  to: Side,
  handler: Handler,
  request: Uint8Array,
  timeoutMs: number,
): Promise<Uint8Array> {
  assert(request.length <= LIMITS.callRequestBytes, 'a call is within LIMITS.callRequestBytes');
  if (!from.isOpen) return Promise.reject(new Fault('call: the connection ended'));
  const answered = Promise.withResolvers<Uint8Array>();
  const call = createCall(from, timeoutMs, answered.reject);
  const bytes = request.slice();
  const arrive = (): Promise<void> => serve(from, to, handler, bytes, call, answered.resolve);
  from.post({ label: `call of ${bytes.length}`, bytes, arrive }, false);
  return from.wire.events.outside(answered.promise);
}

function createCall(from: Side, timeoutMs: number, fail: (error: Fault) => void): Call {
  const label = `${from.life.name} call times out`;
  const run = (): void => call.reject('call: timed out');
  const timer = from.wire.events.add({ delayMs: timeoutMs, kind: 'timer', owner: from.life, label, run });
  const call: Call = {
    settle: (end) => {
      if (!from.calls.delete(call)) return;
      timer.cancel();
      end();
    },
    reject: (reason) => call.settle(() => fail(new Fault(reason))),
  };
  from.calls.add(call);
  return call;
}

async function serve(
  from: Side,
  to: Side,
  handler: Handler,
  request: Uint8Array,
  call: Call,
  resolve: (answer: Uint8Array) => void,
): Promise<void> {
  if (!to.isOpen) return;
  if (to.handlers === null) {
    // The dial has not ended on the side that dialled; the real link waits for it too.
    to.later(1, 'call waits', () => serve(from, to, handler, request, call, resolve));
    return;
  }
  try {
    const answer = (await to.handlers[handler](request)).slice();
    assert(answer.length <= LIMITS.callAnswerBytes, 'an answer is within LIMITS.callAnswerBytes');
    const arrive = (): void => call.settle(() => resolve(answer));
    to.post({ label: `answer of ${answer.length}`, bytes: answer, arrive }, false);
  } catch {
    to.post({ label: 'no answer', arrive: () => call.reject('call: closed without an answer') }, false);
  }
}
