/** Tables made by migrations/0003-chats.ts. */

// biome-ignore lint/suspicious/noEmptyInterface: filled in with its migration
export interface ChatTables {}
