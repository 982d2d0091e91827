/**
 * A file that somebody sends to do harm, or one like it that means none, and what must become of it. Of what is not
 * refused every byte is there afterwards, whatever else is said of it.
 */
export interface FileCase {
  name: string;
  /** Of its name, with the dot: names decide how bytes are read. */
  ending: string;
  bytes: Buffer;
  expect: Expectation;
  /** Takes seconds, and is left to `npm run prove`. */
  isHeavy?: true;
}

export type Expectation =
  /** What stands under its name in `test/fixtures/hostile/reviewed.json`: somebody looked at it and found it right. */
  | { is: "reviewed" }
  /** By this problem, whose message holds these words; nothing of it is kept. */
  | { is: "refused"; code: string; says: string }
  /** As it came, without a table; where its name or content promised one, for this reason. */
  | { is: "kept"; code?: string; says?: string }
  /** As it came, and as tables: by what stands behind the file's own name (`""`, `"_sheet1"`), each row as DuckDB's `to_json` has it. */
  | { is: "read"; tables: Record<string, readonly string[]> }
  /** As it came, and each of its files by its name, byte for byte. */
  | { is: "unpacked"; files: Record<string, string | Buffer> };

/** Cases that go wrong, or right, in the same place. */
export interface CaseFamily {
  name: string;
  cases: readonly FileCase[];
}

export const refused = (code: string, says: string): Expectation => ({ is: "refused", code, says });
export const failed = (code: string, says?: string): Expectation => ({
  is: "kept",
  code,
  ...(says !== undefined && { says }),
});
export const reviewed: Expectation = { is: "reviewed" };
export const kept: Expectation = { is: "kept" };
export const rows = (...texts: string[]): Expectation => ({ is: "read", tables: { "": texts } });
export const sheetRows = (...texts: string[]): Expectation => ({ is: "read", tables: { _sheet1: texts } });

/** Bytes of text, and of parts that are no text. */
export function bytesOf(...parts: (string | Buffer | number[])[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
}
