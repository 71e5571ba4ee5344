/** Tables made by migrations/0002-accounts.ts. */

// biome-ignore lint/suspicious/noEmptyInterface: filled in with its migration
export interface AccountTables {}
