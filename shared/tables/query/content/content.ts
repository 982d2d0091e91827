import type { QueryColumn, QueryEnd } from "../frames.ts";

/** What the parent made of a result. */
export type Content =
  | { readonly kind: "rows"; readonly rows: unknown[][] }
  | { readonly kind: "text"; readonly text: string }
  | FileContent;

/** A result on this machine's disk; whoever gets it removes it. */
export interface FileContent {
  readonly kind: "file";
  readonly path: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Takes a result's lines, a row or a piece of text each, and makes its content of them. */
export interface ContentBuilder {
  /** Throws `result_too_large`. A promise is to be waited for: the disk is slower than the child. */
  add(value: unknown, line: string): Promise<void> | undefined;
  finish(columns: readonly QueryColumn[], end: QueryEnd): Promise<Content>;
  /** Nothing came of it: leaves no file. */
  discard(): Promise<void>;
}
