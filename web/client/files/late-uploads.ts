/**
 * The uploads (uploads.ts), loaded when there is first a file to send or one that an earlier run left. Always holds: once closed, they stay
 * closed, whenever they are loaded; they are restored before anybody gets them.
 */
import { later } from '../../../protocol/later.ts';
import { Fault } from '../../../protocol/result.ts';
import type { Queued } from '../outbox.ts';
import type { Uploads, UploadsParts } from './uploads.ts';

export interface LateUploads {
  /** Throws `Fault` where the part cannot be had now. */
  load(): Promise<Uploads>;
  /** Null: nobody needed them yet. */
  now(): Uploads | null;
  /** There is a connection: loads them where a message waits for them. */
  flush(): void;
  close(): void;
}

export function createLateUploads(parts: UploadsParts): LateUploads {
  let loading: Promise<Uploads> | null = null;
  let loaded: Uploads | null = null;
  let closed = false;

  async function begin(): Promise<Uploads> {
    const { Uploads } = await later(() => import('./uploads.ts'));
    const uploads = new Uploads(parts);
    if (closed) uploads.close();
    await uploads.restore();
    loaded = uploads;
    return uploads;
  }

  function load(): Promise<Uploads> {
    loading ??= begin().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  const hasFiles = ({ files }: Queued) => files !== undefined && files.length > 0;
  return {
    load,
    now: () => loaded,
    flush() {
      if (loaded) loaded.flush();
      else if (parts.waiting().some(hasFiles)) {
        load().catch((error: unknown) => {
          // It is asked for again with the next connection.
          if (!(error instanceof Fault)) parts.report(error);
        });
      }
    },
    close() {
      closed = true;
      loaded?.close();
    },
  };
}
