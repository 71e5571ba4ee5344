/** Tables made by migrations/0004-federation.ts. */

// biome-ignore lint/suspicious/noEmptyInterface: filled in with its migration
export interface FederationTables {}
