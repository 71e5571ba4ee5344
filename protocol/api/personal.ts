/**
 * What a person keeps of a chat for themselves, on all their devices: JSON of the API and the socket. Each key is a register: of
 * several changes the newest stays. `chat` null: of the account as a whole. Nobody else is told any of it.
 */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { isZone } from '../zone.ts';
import { base64, chatId } from './shapes.ts';

const minutes = z.number().int().min(0).max(1_439);
const position = z.number().int().min(0);

const LEVELS = ['all', 'mentions', 'none'] as const;

const settings = z.object({
  /** IANA; what its clock says decides when it is night, and when tomorrow begins. */
  zone: z.string().min(1).max(64).refine(isZone).meta({ example: 'Europe/Berlin' }),
  /** Minutes since midnight; null: none. */
  quiet: z.object({ from: minutes, to: minutes }).nullable(),
  /** Off: none are sent, and none are seen. */
  readMarkers: z.boolean(),
  /** Others on screen see that this person is there; off: and this person sees nobody. */
  presence: z.boolean(),
});
export type PersonalSettings = z.infer<typeof settings>;

const ofChat = { chat: chatId };
const valued = z.discriminatedUnion('key', [
  /** ms since the epoch; null: not muted. */
  z.object({ ...ofChat, key: z.literal('mutedUntil'), value: z.union([position, z.literal('forever')]).nullable() }),
  z.object({ ...ofChat, key: z.literal('level'), value: z.enum(LEVELS) }),
  z.object({ ...ofChat, key: z.literal('pinned'), value: z.boolean() }),
  /** Not in the list until something comes after this arrival; null: in the list. */
  z.object({ ...ofChat, key: z.literal('hidden'), value: position.nullable() }),
  z.object({ ...ofChat, key: z.literal('unread'), value: z.boolean() }),
  /** Sealed by the client (SEAL 3.5); null: there is none. */
  z.object({ ...ofChat, key: z.literal('draft'), value: base64(LIMITS.draftBytes).nullable() }),
  z.object({ chat: z.null(), key: z.literal('settings'), value: settings }),
]);

/** `at`: when it was decided, ms since the epoch. */
export const personalChange = z.intersection(valued, z.object({ at: position }));
export type PersonalChange = z.infer<typeof personalChange>;

/** As it stands on the node. `revision` grows with every change of the account: whoever has all up to one asks for what came after. */
export const personalRow = z.intersection(valued, z.object({ revision: position }));
export type PersonalRow = z.infer<typeof personalRow>;
