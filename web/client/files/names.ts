/**
 * Names of files, which come from strangers: what is shown and what a file is saved under. Always holds: neither has a path, a control
 * or invisible character or anything that turns the direction of writing, and a saved name means the same on every system.
 */
const LONGEST_SHOWN = 120;
const LONGEST_SAVED_BYTES = 200;
const MARKS_IN_A_ROW = 3;
const NAMELESS = 'file';

/** Controls, direction, zero width, separators of lines, private use and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]|\u034F/gu;
const PILED_MARKS = new RegExp(`(\\p{M}{${MARKS_IN_A_ROW}})\\p{M}+`, 'gu');
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(?=$|\.)/i;

/** For people to read; never empty. */
export function shownName(name: string): string {
  const last = name.slice(-4_096).toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(UNSEEN, '').replace(PILED_MARKS, '$1').replace(/\s+/gu, ' ').trim();
  return /^\.*$/.test(plain) ? NAMELESS : shortened(plain, LONGEST_SHOWN, (text) => [...text].length);
}

/** For a disk. */
export function safeName(name: string): string {
  const plain = shownName(name)
    .normalize('NFC')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const kept = plain === '' ? NAMELESS : plain.replace(RESERVED, '_$1');
  return shortened(kept, LONGEST_SAVED_BYTES, (text) => new TextEncoder().encode(text).length);
}

/** "pdf"; empty where it has none. */
export function extensionOf(name: string): string {
  return /[^.]\.([\p{L}\p{N}]{1,10})$/u.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Out of the middle, so that what kind of file it is stays to be seen. */
function shortened(name: string, most: number, measure: (text: string) => number): string {
  if (measure(name) <= most) return name;
  const ending = extensionOf(name) === '' ? '' : `.${extensionOf(name)}`;
  const letters = [...name.slice(0, name.length - ending.length)];
  let length = measure('…') + measure(ending);
  const kept: string[] = [];
  for (const letter of letters) {
    length += measure(letter);
    if (length > most) break;
    kept.push(letter);
  }
  return `${kept.join('').trimEnd()}…${ending}`;
}
