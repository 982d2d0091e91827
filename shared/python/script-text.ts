/** The bytes of a script as text, and edits of the text as edits of the bytes: what is not edited stays as it is. */
import { applyEdits, type Edit } from "./rewriting/edit.ts";

export interface ScriptText {
  /** Without a byte order mark. */
  text: string;
  encoding: string;
  /** Whether the encoding surely has all characters of a text. */
  canWrite(text: string): boolean;
  /** The bytes of the script with these edits of its text. */
  edited(edits: readonly Edit[]): Buffer;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** PEP 263: in a comment of one of the first two lines. */
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const NOTHING_BUT_COMMENT = /^[ \t\f]*(#.*)?$/;

/** Python's names of encodings that the Encoding Standard calls otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "latin-1": "iso-8859-1",
  "iso-latin-1": "iso-8859-1",
  l1: "iso-8859-1",
  cp1252: "windows-1252",
  cp1251: "windows-1251",
  cp1250: "windows-1250",
  cp932: "shift_jis",
  cp936: "gbk",
  cp949: "euc-kr",
  cp950: "big5",
  "utf8-sig": "utf-8",
  "utf-8-sig": "utf-8",
  "utf-8-unix": "utf-8",
  "utf-8-emacs": "utf-8",
};

/** Reads a script as Python would; undefined where its bytes are not in the encoding that it says, or nobody knows it. */
export function readScriptText(bytes: Buffer): ScriptText | undefined {
  const hasMark = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);
  const body = hasMark ? bytes.subarray(3) : bytes;
  const cookie = findCookie(body);
  const name = encodingName(cookie ?? "utf-8");
  if (name === undefined || (hasMark && name !== "utf-8")) return undefined;
  return name === "utf-8" ? readUtf8(body, hasMark) : readOther(body, name);
}

function findCookie(body: Buffer): string | undefined {
  const [first = "", second = ""] = body
    .subarray(0, 1000)
    .toString("latin1")
    .split(/\r\n|\r|\n/, 2);
  return COOKIE.exec(first)?.[1] ?? (NOTHING_BUT_COMMENT.test(first) ? COOKIE.exec(second)?.[1] : undefined);
}

function encodingName(cookie: string): string | undefined {
  const wanted = cookie.toLowerCase().replaceAll("_", "-");
  try {
    const { encoding } = new TextDecoder(OTHER_NAMES[wanted] ?? wanted);
    return /^utf-16/.test(encoding) ? undefined : encoding;
  } catch {
    return undefined;
  }
}

function readUtf8(body: Buffer, hasMark: boolean): ScriptText | undefined {
  const text = decode(body, "utf-8");
  if (text === undefined) return undefined;
  return {
    text,
    encoding: hasMark ? "utf-8-sig" : "utf-8",
    canWrite: () => true,
    edited: (edits) =>
      Buffer.concat([hasMark ? BYTE_ORDER_MARK : Buffer.alloc(0), Buffer.from(applyEdits(text, edits))]),
  };
}

/** Nobody can write these encodings here: the bytes are cut at the edits, and what comes between is ASCII. */
function readOther(body: Buffer, encoding: string): ScriptText | undefined {
  const text = decode(body, encoding);
  if (text === undefined) return undefined;
  const isAscii = (each: string) => /^[\0-\x7f]*$/.test(each);
  return {
    text,
    encoding,
    canWrite: isAscii,
    edited: (edits) => {
      const offsets = byteOffsets(body, encoding, text);
      const moved = edits.map((edit) => ({ ...edit, start: offsets(edit.start), end: offsets(edit.end) }));
      return Buffer.from(applyEdits(body.toString("latin1"), moved), "latin1");
    },
  };
}

function decode(body: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Which byte each character begins at. Where every byte is a character that is plain. */
function byteOffsets(body: Buffer, encoding: string, text: string): (offset: number) => number {
  if (text.length === body.length) return (offset) => offset;
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const begins: number[] = [];
  let last = 0;
  for (let at = 0; at < body.length; at++) {
    const made = decoder.decode(body.subarray(at, at + 1), { stream: true });
    for (let unit = 0; unit < made.length; unit++) begins.push(unit === 0 ? last : at + 1);
    if (made.length > 0) last = at + 1;
  }
  return (offset) => begins[offset] ?? body.length;
}
