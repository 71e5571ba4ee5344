/**
 * What stands inside a body and a look: JSON in UTF-8, made and checked by clients alone. What a newer client wrote is
 * kept and shown as newer; what is broken is shown as unreadable; neither ever throws.
 */
import { utf8 } from '../../protocol/bytes.ts';
import { decodeLook } from '../../protocol/chat/look.ts';
import { type Alert, type MessageBody, SUITE } from '../../protocol/log/entry.ts';
import { fromBase64 } from './base64.ts';
import { COLOURS, type Colour } from './model.ts';
import { safeName } from './safe-name.ts';
import { type Aside, readAlert, readSaid, type Said, type SaidText } from './said.ts';

export type Content =
  | (Omit<SaidText, 'type'> & { readonly is: 'text'; readonly alert?: Alert })
  /** Said of another message. */
  | { readonly is: 'aside'; readonly said: Aside; readonly alert?: Alert }
  | { readonly is: 'newer' }
  | { readonly is: 'unreadable' }
  /** Sealed: not opened yet; or its key is not here. */
  | { readonly is: 'closed' }
  | { readonly is: 'key' };

export interface LookContent {
  readonly name: string | null;
  readonly colour: Colour;
  /** A picture as base64url, not looked into yet (picture.ts); null: none. */
  readonly image: string | null;
}

const LONGEST_NAME = 80;
/** A picture in base64url: PICTURE_BYTES of it. */
const IMAGE_TEXT = Math.ceil((40 * 1024 * 4) / 3);

/** Of a message of suite 0. */
export function openContent(body: MessageBody): Content {
  return body.suite === SUITE.clear ? readContent(body.ciphertext) : { is: 'newer' };
}

export function readContent(clear: Uint8Array): Content {
  const value = readJson(clear);
  if (typeof value?.type !== 'string') return { is: 'unreadable' };
  const said = readSaid(value);
  if (!said) return { is: said === null ? 'unreadable' : 'newer' };
  return contentFrom(said, readAlert(value.alert));
}

/** As it would be read from others. */
export function contentFrom(said: Said, alert: Alert | null = null): Content {
  const more = alert ? { alert } : {};
  if (said.type !== 'text') return { is: 'aside', said, ...more };
  const { type: _, ...text } = said;
  return { is: 'text', ...text, ...more };
}

export function lookContent({ name, colour, image }: LookContent): Uint8Array {
  return utf8(JSON.stringify({ name, colour, ...(image === null ? {} : { image }) }));
}

/** Null: none, or not one that can be read here. Unknown colours of newer clients become one of ours. */
export function openLook(look: string | Uint8Array | null): LookContent | null {
  if (look === null) return null;
  const body = decodeLook(typeof look === 'string' ? fromBase64(look) : look);
  return body.ok && body.value.suite === SUITE.clear ? readLook(body.value.ciphertext) : null;
}

export function readLook(clear: Uint8Array): LookContent | null {
  const value = readJson(clear);
  if (!value) return null;
  const colour = COLOURS.find((each) => each === value.colour) ?? 'indigo';
  const name = typeof value.name === 'string' ? safeName(value.name, LONGEST_NAME) : '';
  return { name: name === '' ? null : name, colour, image: readImage(value.image) };
}

/** What is too long or no base64url is none: the name and the colour count all the same. */
function readImage(value: unknown): string | null {
  const fits = typeof value === 'string' && value.length <= IMAGE_TEXT && /^[A-Za-z0-9_-]+$/.test(value);
  return fits ? value : null;
}

function readJson(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
