/** How the files of a queued message are shown: those that are sent on are there already, the others are on their way. */

import type { Queued } from '../outbox.ts';
import { blobsOf, fileViewOf } from './file-content.ts';
import type { QueuedFile } from './queued.ts';
import type { Uploads } from './uploads.ts';
import type { FileView } from './views.ts';

/** `uploads` null: they are not loaded yet. */
export function queuedFiles({ said, files = [], paused = false }: Queued, uploads: Uploads | null): FileView[] {
  const known = said.type === 'text' ? (said.files ?? []) : [];
  const named = blobsOf(known);
  return [...known.map((file, index) => fileViewOf(file, index, named)), ...files.map((file) => viewOf(file))];

  function viewOf(file: QueuedFile): FileView {
    const waiting = { is: paused ? 'paused' : 'waiting', sent: 0, total: file.size } as const;
    const { id, name, type, size, width = null, height = null, durationMs = null, preview = null } = file;
    const upload = uploads?.progress(file, paused) ?? waiting;
    return {
      ...{ id, name, type, size, width, height, durationMs, preview, upload },
      ...{ sealed: null, thumb: null, missing: false },
    };
  }
}
