/** Which colour of the palette stands for an organisation: always the same one, made from its id. */
import type { OrgId } from '../../../protocol/ids.ts';
import type { Colour } from '../../client/model.ts';

/** In the order of the palette. model.ts has the same names; only its types may be imported into the page. */
export const PALETTE: readonly Colour[] = [
  'amber',
  'rust',
  'rose',
  'plum',
  'violet',
  'indigo',
  'azure',
  'teal',
  'moss',
  'olive',
];

/** Neighbours in the palette look alike, so near ids are spread over it. */
export function colourOf(org: OrgId): Colour {
  let sum = 0;
  for (const letter of org) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return PALETTE[sum % PALETTE.length] ?? 'indigo';
}
