/** Asks for the help sheet from anywhere: what listens for keys listens for this too. */
export const HELP = 'conclave-help';

export function openHelp(): void {
  window.dispatchEvent(new Event(HELP));
}
