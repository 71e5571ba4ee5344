/** A place where the account is signed in, as screens show it. */
import type { DeviceId } from '../../protocol/ids.ts';

export interface DeviceView {
  readonly device: DeviceId;
  /** "Firefox on Linux" */
  readonly label: string;
  readonly addedAt: number;
  readonly lastUsedAt: number;
  /** The one that asks. */
  readonly here: boolean;
}
