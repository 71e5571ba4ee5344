/** Why a file cannot be had now, in words. */
import type { RefusalCode } from '../../../protocol/refusals.ts';
import { text } from '../text/files.ts';
import { listed } from '../text/text.ts';

export type Trouble =
  | { readonly is: 'offline' }
  | { readonly is: 'refused'; readonly code: RefusalCode; readonly detail: string };

export function troubleOf(error: unknown): Trouble {
  const { refusal } = (error ?? {}) as { refusal?: { code: RefusalCode; detail?: string } };
  return refusal ? { is: 'refused', code: refusal.code, detail: refusal.detail ?? '' } : { is: 'offline' };
}

export function troubleSentence(trouble: Trouble): string {
  if (trouble.is === 'offline') return text('files.offline');
  const { code, detail } = trouble;
  if (code === 'cannot_open') return text('files.altered');
  if ((code as string) === 'blob_away') {
    const names = detail
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    return names.length > 0 ? text('files.away', { organisations: listed(names) }) : text('files.nobody');
  }
  return text('files.failed', { sentence: code.replaceAll('_', ' ') });
}
