import type { Material } from "./mutate.ts";

/** One of the places at which bytes of strangers are read. */
export interface Reader extends AsyncDisposable {
  material: Material;
  /**
   * What came of the bytes: `read`, or the code of a refusal that a person is told. Throws a sentence for whatever must
   * not be: an error that nobody foresaw, a refusal without its reason, a value that is not what was sent.
   */
  read(bytes: Buffer): Promise<string>;
  /** What is sent as a file, where the inputs are only a part of one. */
  pack?(bytes: Buffer): Buffer;
}

export interface ReaderOptions {
  /** An empty folder of its own. */
  directory: string;
}

export interface ReaderFamily {
  name: string;
  /** Of a hundred inputs so many go here: those that cost least get most. */
  share: number;
  /** What reads is a process that is there to die: one input each, and an answer all the same. */
  mayDie?: boolean;
  open(options: ReaderOptions): Promise<Reader>;
}

/** A reader that keeps nothing open. */
export function stateless(material: Material, read: Reader["read"]): Reader {
  return { material, read, async [Symbol.asyncDispose]() {} };
}

/** A finding, as opposed to whatever else may be thrown. */
export class Finding extends Error {
  override readonly name = "Finding";
}

/** A reason that a person can do something with. */
export function assertReason(code: string, message: string): string {
  if (code === "internal") throw new Finding(`refused as "internal": ${message}`);
  if (message.trim().length < 12)
    throw new Finding(`refused as "${code}" and says no more than ${JSON.stringify(message)}`);
  return code;
}
