import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { isAppError } from "../../../../shared/errors.ts";
import { parseFileName } from "../../../../shared/files/file-names.ts";
import { readMultipart } from "../../../../shared/files/multipart.ts";
import { nameFromForm } from "../../../../shared/files/sent-name.ts";
import { assertReason, Finding, type ReaderFamily, stateless } from "../reader.ts";

const limits = {
  maxFileBytes: 5_000,
  maxTotalBytes: 200_000,
  maxFiles: 20,
  maxFields: 20,
  maxFieldBytes: 2_000,
  timeoutMs: 5_000,
};

const disposition = (rest: string) => `Content-Disposition: form-data; ${rest}`;
const part = (headers: string, content: string) => `--xyz\r\n${headers}\r\n\r\n${content}\r\n`;
const seeds = [
  `${part(disposition('name="folder"'), "uploads")}${part(`${disposition('name="f"; filename="a.csv"')}\r\nContent-Type: text/csv`, "x,y\r\n1,2\r\n")}--xyz--\r\n`,
  `preamble\r\n${part(disposition("name=f; filename*=UTF-8''na%C3%AFve.csv"), "")}${part(disposition('name="g"; filename="b\\"c.txt"'), "--xy\r\n--")}--xyz--epilogue`,
  `${part(`${disposition('name="f"; filename="a"')}\r\nContent-Type: multipart/mixed; boundary=abc`, "--abc\r\n\r\n1\r\n--abc--")}--xyz--`,
].map((text) => Buffer.from(text));
const words = [
  "--xyz",
  "\r\n--xyz\r\n",
  "--xyz--",
  "\r\n\r\n",
  "\r\n",
  "\n",
  "\0",
  "filename*=utf-16''%00",
  "; filename=",
  'name="',
  "Content-Type: text/plain; charset=klingon",
  "Content-Transfer-Encoding: base64",
  "content-disposition: form-data",
];

/** The first byte says in what pieces the rest arrives; every file ends, and its name is one or is refused. */
export const forms: ReaderFamily = {
  name: "multipart parser",
  share: 16,
  open: async () => stateless({ seeds, words }, read),
};

async function read(bytes: Buffer): Promise<string> {
  const size = [bytes.length + 1, 1, 7, 64][(bytes[0] ?? 0) % 4] as number;
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  let files = 0;
  try {
    const contentType = "multipart/form-data; boundary=xyz";
    const result = await readMultipart({
      ...{ contentType, body: Readable.from(pieces), limits },
      onFile: async ({ fileName, stream }) => {
        files++;
        if (fileName !== undefined) nameOf(fileName);
        await buffer(stream).catch(() => {});
      },
    });
    if (result.files !== files) throw new Finding(`handed over ${files} files and counts ${result.files}`);
    return "read";
  } catch (error) {
    if (!isAppError(error, "invalid_multipart", "body_too_large")) throw error;
    if (/ ms$/.test(error.message)) throw new Finding(`it stalled: ${error.message}`);
    return assertReason(error.code, error.message);
  }
}

function nameOf(sent: string): void {
  try {
    parseFileName(nameFromForm(sent));
  } catch (error) {
    if (!isAppError(error, "path_not_allowed")) throw error;
  }
}
