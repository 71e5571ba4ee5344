/** The own devices, as the messenger knows them; the one that is used here first. */
import { useCallback, useEffect, useState } from 'react';
import type { RefusalReply } from '../../../protocol/api/shapes.ts';
import type { DeviceView } from '../../client/model.ts';
import { useMessenger } from '../messenger.ts';

export interface Devices {
  readonly devices: readonly DeviceView[] | null;
  readonly refusal: RefusalReply | null;
  readonly again: () => void;
}

export function useDevices(): Devices {
  const messenger = useMessenger();
  const [turn, setTurn] = useState(0);
  const [known, setKnown] = useState<Omit<Devices, 'again'>>({ devices: null, refusal: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each turn asks again
  useEffect(() => {
    let gone = false;
    messenger.devices().then((answer) => {
      if (gone) return;
      if (answer.ok) setKnown({ devices: inOrder(answer.value), refusal: null });
      else setKnown(({ devices }) => ({ devices, refusal: answer.refusal }));
    });
    return () => {
      gone = true;
    };
  }, [messenger, turn]);
  return { ...known, again: useCallback(() => setTurn((before) => before + 1), []) };
}

function inOrder(devices: readonly DeviceView[]): DeviceView[] {
  return [...devices].sort((a, b) => Number(b.here) - Number(a.here) || b.lastUsedAt - a.lastUsedAt);
}
