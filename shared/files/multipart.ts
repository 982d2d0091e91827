import { Readable } from "node:stream";
import type { ReadableStream as WebReadableStream } from "node:stream/web";
import type busboy from "busboy";
import { DelimiterCounter, parseBoundary } from "./multipart-boundary.ts";
import { limitFile, type ReceivedFile } from "./multipart-file.ts";
import {
  chunksOf,
  createParser,
  findFieldFault,
  findFileFault,
  refuse,
  tooLarge,
  toReason,
} from "./multipart-parser.ts";

export type { ReceivedFile } from "./multipart-file.ts";

/** What one multipart body may hold; each limit refuses the whole body, except `maxFileBytes`. */
export interface MultipartLimits {
  /** A file beyond it errors in its own stream; its neighbours go on. */
  maxFileBytes: number;
  maxTotalBytes: number;
  maxFiles: number;
  maxFields: number;
  maxFieldBytes: number;
  /** For the whole body, `onFile` included. */
  timeoutMs: number;
}

/** The form's text fields (of a repeated one the last) and how many files were handed to `onFile`. */
export interface MultipartResult {
  fields: Record<string, string>;
  files: number;
}

interface MultipartOptions {
  contentType: string;
  body: WebReadableStream<Uint8Array> | ReadableStream<Uint8Array> | Readable;
  limits: MultipartLimits;
  /**
   * Called for one file at a time, in order. What it leaves unread is skipped; what it throws ends the
   * reading with that error, so a failure that shall stay with its file is caught inside.
   */
  onFile: (file: ReceivedFile) => Promise<void>;
}

/** How long a failed reading waits for the `onFile` in progress to notice that its stream has ended. */
const graceMs = 1_000;

/**
 * Reads a multipart/form-data body, each file streamed to `onFile` with backpressure.
 *
 * A body that is not whole and well-formed answers `invalid_multipart` with what is wrong, always: nothing in
 * it is dropped in silence, and a body that stalls ends at the time limit.
 */
export async function readMultipart(options: MultipartOptions): Promise<MultipartResult> {
  const reading = new MultipartReading(parseBoundary(options.contentType), options);
  const { body, limits } = options;
  const source = body instanceof Readable ? body : Readable.fromWeb(body as WebReadableStream<Uint8Array>);
  source.on("error", () => {}); // reported by the iterator; without a listener it would end the process
  const timer = setTimeout(() => reading.fail(refuse(`it took longer than ${limits.timeoutMs} ms`)), limits.timeoutMs);
  try {
    return await Promise.race([reading.run(source), reading.failure]);
  } catch (error) {
    reading.fail(error);
    await reading.settle();
    throw error;
  } finally {
    clearTimeout(timer);
    source.destroy();
  }
}

class MultipartReading {
  /** Never resolves; rejects once something is wrong. */
  readonly failure: Promise<never>;
  readonly #limits: MultipartLimits;
  readonly #onFile: MultipartOptions["onFile"];
  readonly #parser: busboy.Busboy;
  readonly #delimiters: DelimiterCounter;
  readonly #fields = new Map<string, string>();
  readonly #rejectFailure: (reason: unknown) => void;
  #hasFailed = false;
  #fieldParts = 0;
  #files = 0;
  #current: Readable | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(boundary: string, { limits, onFile }: MultipartOptions) {
    this.#limits = limits;
    this.#onFile = onFile;
    this.#delimiters = new DelimiterCounter(boundary);
    const { promise, reject } = Promise.withResolvers<never>();
    this.failure = promise;
    this.failure.catch(() => {});
    this.#rejectFailure = reject;
    this.#parser = createParser(boundary, limits);
    this.#listen();
  }

  /** Feeds the parser and waits until every file has been handled. */
  async run(source: Readable): Promise<MultipartResult> {
    const finished = new Promise<void>((resolve) => this.#parser.once("finish", resolve));
    let total = 0;
    for await (const chunk of chunksOf(source)) {
      total += chunk.length;
      if (total > this.#limits.maxTotalBytes) throw tooLarge(this.#limits.maxTotalBytes);
      this.#delimiters.push(chunk);
      await this.#feed(chunk);
    }
    if (total === 0) throw refuse("its body is empty");
    if (!this.#delimiters.isClosed) throw refuse("it ends before its closing boundary");
    this.#parser.end();
    await finished;
    await this.#queue;
    this.#checkEveryPartWasRead();
    return { fields: Object.fromEntries(this.#fields), files: this.#files };
  }

  /** Ends the reading; only the first reason counts. */
  fail(reason: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#current?.destroy(reason instanceof Error ? reason : undefined);
    this.#parser.destroy();
    this.#rejectFailure(reason);
  }

  /** Waits, within reason, for the file in hand to be let go of. */
  async settle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, graceMs);
    await Promise.race([this.#queue.catch(() => {}), promise]);
    clearTimeout(timer);
  }

  /** Resolves when the parser wants more, which is when the file in hand has taken its share. */
  #feed(chunk: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      try {
        this.#parser.write(chunk, () => resolve());
      } catch (error) {
        reject(refuse("it cannot be parsed", error));
      }
    });
  }

  #listen(): void {
    const { maxFiles, maxFields } = this.#limits;
    this.#parser
      .on("error", (error) => this.fail(refuse(toReason(error), error)))
      .on("filesLimit", () => this.fail(refuse(`it holds more than ${maxFiles} files`)))
      .on("fieldsLimit", () => this.fail(refuse(`it holds more than ${maxFields} fields`)))
      .on("partsLimit", () => this.fail(refuse(`it holds more than ${maxFiles + maxFields} parts`)))
      .on("field", (name, value, info) => this.#takeField(name, value, info))
      .on("file", (name, stream, info) => this.#takeFile(name, stream, info));
  }

  #takeField(name: string, value: string, info: busboy.FieldInfo): void {
    this.#fieldParts += 1;
    const fault = findFieldFault(name, value, info);
    if (fault === undefined) this.#fields.set(name, value);
    else this.fail(refuse(fault));
  }

  #takeFile(fieldName: string | undefined, stream: Readable, info: busboy.FileInfo): void {
    stream.on("error", () => {}); // a body that breaks off reaches us through the parser
    if (this.#hasFailed) return;
    this.#files += 1;
    const fault = findFileFault(info);
    if (fault !== undefined) this.fail(refuse(fault));
    const fileName: string | undefined = info.filename;
    const file = { fieldName: fieldName ?? "", fileName, contentType: info.mimeType };
    this.#queue = this.#queue.then(() => this.#hand(file, stream));
    this.#queue.catch((error) => this.fail(error));
  }

  async #hand(file: Omit<ReceivedFile, "stream">, source: Readable): Promise<void> {
    if (this.#hasFailed) return;
    const stream = limitFile(source, this.#limits.maxFileBytes, file.fileName ?? file.fieldName);
    this.#current = stream;
    try {
      await this.#onFile({ ...file, stream });
    } finally {
      stream.destroy();
      this.#current = undefined;
    }
  }

  #checkEveryPartWasRead(): void {
    const { parts } = this.#delimiters;
    const read = this.#fieldParts + this.#files;
    if (read !== parts) throw refuse(`${parts - read} of its ${parts} parts have no usable Content-Disposition`);
  }
}
