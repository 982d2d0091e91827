/** How much of a file is wanted where its beginning is enough. */
export interface Beginning {
  /** Of text, unpacked. */
  maxBytes: number;
  /** Of each sheet, and of files that hold no text. */
  maxRows: number;
  /** The only sheet that is wanted. */
  sheet?: string;
  /** Whether the beginning is all of it; set to false by whoever stops reading. */
  isWhole: boolean;
}
