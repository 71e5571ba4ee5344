/**
 * What stands inside a body and a look in suite 0: JSON in UTF-8, made and checked by clients alone. What a newer client wrote is
 * kept and shown as newer; what is broken is shown as unreadable; neither ever throws.
 */
import { utf8 } from '../../protocol/bytes.ts';
import { decodeLook } from '../../protocol/chat/look.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type MessageBody, SUITE } from '../../protocol/log/entry.ts';
import { fromBase64 } from './base64.ts';
import { COLOURS, type Colour } from './model.ts';

export type Content =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'newer' }
  | { readonly is: 'unreadable' };

export interface LookContent {
  readonly name: string | null;
  readonly colour: Colour;
}

const LONGEST_NAME = 80;

export function textContent(text: string): Uint8Array {
  return utf8(JSON.stringify({ type: 'text', text }));
}

export function openContent(body: MessageBody): Content {
  if (body.suite !== SUITE.clear) return { is: 'newer' };
  const value = readJson(body.ciphertext);
  if (typeof value?.type !== 'string') return { is: 'unreadable' };
  if (value.type !== 'text') return { is: 'newer' };
  const { text } = value;
  if (typeof text !== 'string' || text.length > LIMITS.messageTextBytes) return { is: 'unreadable' };
  return { is: 'text', text: text.toWellFormed() };
}

export function lookContent({ name, colour }: LookContent): Uint8Array {
  return utf8(JSON.stringify({ name, colour }));
}

/** Null: none, or not one that can be read here. Unknown colours of newer clients become one of ours. */
export function openLook(look: string | Uint8Array | null): LookContent | null {
  if (look === null) return null;
  const body = decodeLook(typeof look === 'string' ? fromBase64(look) : look);
  if (!body.ok || body.value.suite !== SUITE.clear) return null;
  const value = readJson(body.value.ciphertext);
  if (!value) return null;
  const colour = COLOURS.find((each) => each === value.colour) ?? 'indigo';
  const name = typeof value.name === 'string' ? value.name.toWellFormed().trim().slice(0, LONGEST_NAME) : '';
  return { name: name === '' ? null : name, colour };
}

function readJson(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
