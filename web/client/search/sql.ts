/** The little of SQLite that the index uses, the same in the browser's and in node's. */
export type SqlValue = string | number | null;

export interface Sql {
  /** Several statements without values. */
  script(sql: string): void;
  run(sql: string, values: readonly SqlValue[]): void;
  all<T>(sql: string, values: readonly SqlValue[]): T[];
  close(): void;
}
