/** Finds web addresses in a text. Only http and https become links, so nothing else can be run by a press. */
export interface Piece {
  readonly text: string;
  readonly link: boolean;
  readonly at: number;
}

const address = /https?:\/\/[^\s<>"]+/g;
/** Ends a sentence rather than an address. */
const after = /[.,;:!?'")\]]+$/;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  const add = (end: number, link: boolean) => {
    if (end > at) found.push({ text: text.slice(at, end), link, at });
    at = Math.max(at, end);
  };
  for (const match of text.matchAll(address)) {
    const whole = match[0].replace(after, '');
    add(match.index, false);
    add(match.index + whole.length, URL.canParse(whole));
  }
  add(text.length, false);
  return found;
}
