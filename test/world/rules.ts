/** Rules for worlds whose chats are not sealed, which no node outside of tests holds any more (SEAL 5.5): what they show concerns logs alone. */
import { ALL_RULES, type Rules } from '../../protocol/chat/validity.ts';

export const CLEAR_RULES: Rules = { ...ALL_RULES, sealed: false };
