/** A picture as the parts of it that are kept: ranges of the file, and bytes that are put in their place. */
export type Part = readonly [from: number, to: number] | Uint8Array<ArrayBuffer>;

/** Null: it is not as its format says, so nobody can tell what it holds. */
export type Parts = readonly Part[] | null;

/** Does anything of the file's own bytes stay behind? */
export function blobOf(file: Blob, parts: readonly Part[], type: string): Blob {
  return new Blob(
    parts.map((part) => (part instanceof Uint8Array ? part : file.slice(part[0], part[1]))),
    { type },
  );
}
