/** Whatever nodes sign and send is written down: nobody may sign two things for one place (PROTOCOL 3.6, 4.9). */
import { readAct } from '../../protocol/chat/act.ts';
import { decode } from '../../protocol/codec.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { readBlock } from '../../protocol/log/block.ts';
import { frame } from '../../protocol/sync/frames.ts';
import type { World } from '../world/world.ts';

/** Kinds of frames that carry acts and blocks, as they stand in the second byte of a frame. */
const CARRYING = [3, 4];

/** Fills in what was signed twice. */
export function watchSignatures(world: World): ReadonlySet<string> {
  const signed = new Map<string, string>();
  const twice = new Set<string>();
  const note = (place: string, hash: Uint8Array): void => {
    const text = Buffer.from(hash).toString('hex');
    if ((signed.get(place) ?? text) !== text) twice.add(place);
    signed.set(place, text);
  };
  world.onFrame((_from, _to, bytes) => {
    if (!CARRYING.includes(bytes[1] ?? 0)) return;
    const read = decode(frame, bytes, LIMITS.frameBytes);
    if (read.ok && read.value.is === 'control') for (const each of read.value.acts) noteAct(each, note);
    if (read.ok && read.value.is === 'blocks') for (const { block } of read.value.bundles) noteBlock(block, note);
  });
  return twice;
}

type Note = (place: string, hash: Uint8Array) => void;

function noteAct(signed: Parameters<typeof readAct>[0], note: Note): void {
  const read = readAct(signed);
  if (read.ok) note(`act ${read.value.act.chatId}:${read.value.act.term}:${read.value.act.cpos}`, read.value.hash);
}

function noteBlock(signed: Parameters<typeof readBlock>[0], note: Note): void {
  const read = readBlock(signed);
  if (read.ok) note(`block ${read.value.block.logId}:${read.value.block.blockSeq}`, read.value.hash);
}
