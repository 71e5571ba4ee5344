/** The part of SQLite's WebAssembly that is used; the package brings no types. */
declare module '@sqlite.org/sqlite-wasm' {
  /** A C structure in its memory; members of SQLite's structures are `$name`. */
  interface Struct {
    readonly pointer: number;
    [member: `$${string}`]: number | null;
    dispose(): void;
  }
  interface StructType {
    new (pointer?: number): Struct;
    readonly structInfo: { readonly sizeof: number };
  }
  type Methods = Readonly<Record<string, (...args: never[]) => number>>;
  interface Statement {
    bind(values: readonly (string | number | null)[]): Statement;
    step(): boolean;
    get(into: Record<string, unknown>): Record<string, unknown>;
    reset(alsoClearBinds?: boolean): Statement;
    finalize(): void;
  }
  export interface Database {
    exec(sql: string): Database;
    prepare(sql: string): Statement;
    close(): void;
  }
  export interface Sqlite {
    readonly wasm: {
      heap8u(): Uint8Array;
      poke(pointer: number, value: number | bigint, type: 'i32' | 'i64' | 'double'): void;
      cstrToJs(pointer: number): string;
      cstrncpy(to: number, from: number, length: number): number;
    };
    readonly capi: {
      readonly sqlite3_vfs: StructType;
      readonly sqlite3_file: StructType;
      readonly sqlite3_io_methods: StructType;
      sqlite3_vfs_find(name: string | null): number;
    } & Readonly<Record<`SQLITE_${string}`, number>>;
    readonly vfs: {
      installVfs(made: {
        io: { struct: Struct; methods: Methods };
        vfs: { struct: Struct; methods: Methods; name: string };
      }): void;
    };
    readonly oo1: { readonly DB: new (options: { filename: string; flags: string; vfs?: string }) => Database };
  }
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default load;
  const load: { (): Promise<Sqlite>; __isUnderTest?: boolean };
}
