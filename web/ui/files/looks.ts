import type { OutgoingFile } from '../../client/files/views.ts';

/** What is found out about a file by looking into it. */
export type Looks = Pick<OutgoingFile, 'width' | 'height' | 'durationMs' | 'preview' | 'thumb'>;
