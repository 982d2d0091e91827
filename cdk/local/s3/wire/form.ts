import { Readable } from "node:stream";
import busboy from "busboy";
import { S3Error } from "./errors.ts";
import type { S3Request } from "./request.ts";

/** The file of a form, with the fields that stood before it: S3 ignores those behind it. */
export interface FormFile {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly filename: string;
  readonly bytes: AsyncIterable<Buffer>;
}

const limits = { fields: 100, files: 1, parts: 102, fieldNameSize: 256, fieldSize: 64 * 1024, headerPairs: 50 };

/**
 * Streams the file of a multipart/form-data body into `take` and gives back its result. A body that ends early
 * makes reading `bytes` fail, so `take` must finish reading before it keeps anything.
 */
export async function receiveForm<T>(request: S3Request, take: (file: FormFile) => Promise<T>): Promise<T> {
  const form = openForm(request.header("content-type"));
  const body = Readable.from(request.openBody(), { objectMode: false });
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const fields = new Map<string, string>();
  let isTaken = false;

  form.on("field", (name, value, info) => {
    if (isTaken) return;
    const lower = name.toLowerCase();
    if (info.nameTruncated || info.valueTruncated) reject(new S3Error("MaxMessageLengthExceeded"));
    // Two values could be checked one way and used the other.
    else if (fields.has(lower)) reject(new S3Error("InvalidArgument", `The field ${lower} is given twice`));
    else fields.set(lower, value);
  });
  form.on("file", (name, file, info) => {
    // Whoever reads the file hears of it there; without a listener it would end the process.
    file.on("error", () => undefined);
    if (isTaken || name.toLowerCase() !== "file") {
      reject(new S3Error("IncorrectNumberOfFilesInPostRequest"));
      return;
    }
    isTaken = true;
    take({ fields, filename: info.filename ?? "", bytes: readFile(file) }).then(resolve, reject);
  });
  const malformed = () => reject(new S3Error("MalformedPOSTRequest"));
  for (const event of ["partsLimit", "filesLimit", "fieldsLimit", "error"] as const) form.on(event, malformed);
  form.on("close", () => {
    if (!isTaken) reject(new S3Error("IncorrectNumberOfFilesInPostRequest"));
  });
  // A client that goes away must fail the file's reader as well, or it would wait for ever.
  body.on("error", () => form.destroy(new S3Error("IncompleteBody")));
  body.pipe(form);
  try {
    return await promise;
  } finally {
    body.unpipe(form);
    body.destroy();
    form.destroy();
  }
}

async function* readFile(file: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of file) yield chunk;
  } catch {
    throw new S3Error("MalformedPOSTRequest");
  }
}

function openForm(contentType: string | undefined): busboy.Busboy {
  if (contentType?.toLowerCase().startsWith("multipart/form-data") !== true) {
    throw new S3Error("BadRequest", "Bucket POST must be of the enclosure-type multipart/form-data");
  }
  try {
    return busboy({ headers: { "content-type": contentType }, limits, defParamCharset: "utf8" });
  } catch {
    throw new S3Error("MalformedPOSTRequest");
  }
}
