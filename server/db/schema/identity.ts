/** Tables made by migrations/0001-identity.ts. */

// biome-ignore lint/suspicious/noEmptyInterface: filled in with its migration
export interface IdentityTables {}
