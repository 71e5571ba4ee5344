/** Files as the screens see them and hand them in. Types only; everything can be cloned, as in model.ts. */
/** Where a file's sealed bytes are, and what opens them. */
export interface SealedBlob {
  /** SHA-256 of the sealed bytes: the node's name for them. */
  readonly blob: string;
  readonly key: string;
  /** Bytes of what is inside. */
  readonly size: number;
}

export interface FileView {
  /** Stable within its message while that stays queued, and again once it is stored. */
  readonly id: string;
  /** As it can be shown; how it is saved is decided where it is saved. */
  readonly name: string;
  /** As its author says: nothing is trusted to be so. */
  readonly type: string;
  readonly size: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  /** Base64: a tiny picture, or of sound how loud it is along its length. */
  readonly preview: string | null;
  /** Null: it is still on its way to the own node. */
  readonly sealed: SealedBlob | null;
  readonly thumb: (SealedBlob & { readonly width: number; readonly height: number }) | null;
  /** The message does not name it to the nodes, so none of them has it. */
  readonly missing: boolean;
  /** Of an own one that is on its way. */
  readonly upload: UploadView | null;
}

export interface UploadView {
  /** `lost`: the page was closed before it was read, and this device has it no more. */
  readonly is: 'reading' | 'waiting' | 'uploading' | 'paused' | 'done' | 'lost';
  /** Bytes. */
  readonly sent: number;
  readonly total: number;
}

/** A file to be sent, as the page has made it ready. It is cloned on its way to the Worker: its bytes are not. */
export interface OutgoingFile {
  readonly file: Blob;
  readonly name: string;
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  readonly preview?: string;
  readonly thumb?: { readonly file: Blob; readonly width: number; readonly height: number };
}
