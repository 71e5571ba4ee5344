/** Plain values of the model (model.ts) that name nobody. Types only. */

/** A small still picture, as it is; `type` is what its bytes are, whatever anybody said. */
export interface PictureView {
  readonly type: 'image/webp' | 'image/jpeg';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Which past a newcomer gets (SEAL 4.9). `day` is a day of UTC, "2026-03-03". */
export type HistoryChoice =
  | { readonly is: 'none' }
  | { readonly is: 'since'; readonly day: string }
  | { readonly is: 'last'; readonly count: number }
  | { readonly is: 'all' };

/** What a choice comes to, in whole segments. */
export interface HistoryReach {
  /** When the oldest message was written that it opens (ms); null: it opens none. */
  readonly from: number | null;
  /** How many messages it opens. */
  readonly count: number;
  /** It reaches back to the beginning of the chat. */
  readonly all: boolean;
  /** More was asked for than the person signed in can open. */
  readonly limited: boolean;
}
