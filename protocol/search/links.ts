/** Does a text hold an address that can be opened? */
export function hasLink(text: string): boolean {
  return /\bhttps?:\/\/[^\s<>"]{3}/i.test(text);
}
