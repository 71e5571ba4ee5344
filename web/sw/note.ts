/** What a note of the node says (server/notify). What is not understood is something new, of no chat. */
export interface Note {
  readonly chat: string | null;
  readonly count: number;
}

export function readNote(text: string): Note {
  try {
    const { chat, count } = JSON.parse(text) as { chat?: unknown; count?: unknown };
    const known = typeof chat === 'string' && /^chat_[a-z2-7]{52}$/.test(chat);
    return { chat: known ? chat : null, count: Number.isSafeInteger(count) ? Math.max(1, count as number) : 1 };
  } catch {
    return { chat: null, count: 1 };
  }
}
