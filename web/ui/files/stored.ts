import type { FileView, SealedBlob } from '../../client/files/views.ts';

/** What a file is played or saved by. */
export type StoredFile = Pick<FileView, 'name' | 'type'> & { readonly sealed: SealedBlob };
