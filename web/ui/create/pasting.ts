/** Several addresses pasted at once: each is looked up, who is found is added, and of the others it is said why not. */
import { useState } from 'react';
import type { PersonView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';
import { addressesIn, MOST_PASTED } from './addresses.ts';
import { reason } from './reason.ts';

export interface Missed {
  readonly address: string;
  readonly why: string;
}
export interface Pasting {
  /** True: it was a list, and is being looked up. */
  readonly paste: (pasted: string) => boolean;
  readonly busy: boolean;
  readonly missed: readonly Missed[];
}

const atOnce = 4;

export function usePasting(found: (people: readonly PersonView[]) => void): Pasting {
  const messenger = useMessenger();
  const [busy, setBusy] = useState(false);
  const [missed, setMissed] = useState<readonly Missed[]>([]);
  const lookUp = async (addresses: readonly string[]) => {
    setBusy(true);
    const people: PersonView[] = [];
    const failed: Missed[] = [];
    const waiting = [...addresses];
    const work = async () => {
      for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
        const answer = await messenger.resolveAddress(address);
        if (answer.ok) people.push(answer.value);
        else failed.push({ address, why: reason(answer.refusal) });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    setBusy(false);
    setMissed(failed);
    if (people.length > 0) found(people);
  };
  return {
    busy,
    missed,
    paste(pasted) {
      const addresses = addressesIn(pasted);
      if (addresses.length < 2) return false;
      void lookUp(addresses.slice(0, MOST_PASTED));
      return true;
    },
  };
}
