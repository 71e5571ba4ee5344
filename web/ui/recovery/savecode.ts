/** Hands the code to the browser as a text file, which goes to where downloads go and nowhere else. */
import { text } from '../text/keys.ts';
import { codeFile } from './code.ts';

export function saveCode(code: string, address: string): void {
  const file = new Blob([codeFile(code, address, Date.now())], { type: 'text/plain' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = text('recovery.file-name', { address });
  link.click();
  URL.revokeObjectURL(link.href);
}
