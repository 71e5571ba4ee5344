/** Whether a key without Ctrl or Alt does something (WCAG 2.1.4): who speaks to the machine, or has unsure hands, switches it off. */
const key = 'conclave.letterkeys';

export function readLetterKeys(): boolean {
  return localStorage.getItem(key) !== 'off';
}

export function keepLetterKeys(on: boolean): void {
  localStorage.setItem(key, on ? 'on' : 'off');
}
