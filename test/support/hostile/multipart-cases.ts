import { endPart as end, fieldPart, filePart, multipartType, part } from "./multipart-parts.ts";

/** A body that is no form, or one that nobody can be sure of. */
export interface MultipartCase {
  name: string;
  body: string;
  contentType: string;
  /** Words of the reason for which it is refused. */
  says: string;
}

const long = "x".repeat(20_000);

/** All are refused as `invalid_multipart` by a reader with these limits. */
export function multipartCases({
  maxFiles,
  maxFields,
  maxFieldBytes,
}: {
  maxFiles: number;
  maxFields: number;
  maxFieldBytes: number;
}): MultipartCase[] {
  const cases: [title: string, body: string, reason: string, contentType?: string][] = [
    ["a zero-length body", "", "empty"],
    ["text that is no form", "hello", "closing boundary"],
    ["another boundary", filePart("a", "1").replaceAll("xyz", "abc"), "closing boundary"],
    ["a missing final boundary", filePart("a", "1"), "closing boundary"],
    ["a final boundary without its dashes", `${filePart("a", "1")}--xyz`, "closing boundary"],
    ["a final boundary with one dash", `${filePart("a", "1")}--xyz-\r\n`, "line break"],
    ["a body cut in a header", '--xyz\r\nContent-Disposition: form-data; name="f', "closing boundary"],
    ["a body cut in the data", filePart("a", long).slice(0, 500), "closing boundary"],
    ["line feeds alone", `${filePart("a", "1")}${end}`.replaceAll("\r\n", "\n"), "line break"],
    ["a boundary that goes on", `${filePart("a", "1\r\n--xyzw 2")}${end}`, "line break"],
    ["a part without headers", `--xyz\r\n\r\n1\r\n${end}`, "header"],
    ["a part without a disposition", `${part("Content-Type: text/plain", "1")}${end}`, "Content-Disposition"],
    ["a disposition of another type", `${part('Content-Disposition: attachment; name="a"', "1")}${end}`, "Disposition"],
    ["a disposition cut short", `${part('Content-Disposition: form-data; name="a', "1")}${end}`, "Disposition"],
    [
      "a disposition in an unknown charset",
      `${part("Content-Disposition: form-data; name=a; filename*=x'' y", "1")}${end}`,
      "Disposition",
    ],
    [
      "one bad part among good ones",
      `${filePart("a", "1")}${part("X: 1", "2")}${filePart("b", "3")}${end}`,
      "1 of its 3 parts",
    ],
    ["a header without a colon", `--xyz\r\nnonsense\r\n\r\n1\r\n${end}`, "header"],
    [
      "a header with a control character",
      `${part('Content-Disposition: form-data; name="a\0b"', "1")}${end}`,
      "header",
    ],
    ["a giant header", `${part(`Content-Disposition: form-data; name="f"; filename="${long}"`, "1")}${end}`, "header"],
    ["a header never ended", `--xyz\r\nX: ${"y".repeat(90_000)}`, "header"],
    [
      "thousands of header lines",
      `${part(`${"a:b\r\n".repeat(2_100)}Content-Disposition: form-data; name="f"`, "1")}${end}`,
      "Disposition",
    ],
    ["a field without a name", `${part("Content-Disposition: form-data", "1")}${end}`, "no name"],
    [
      "a field in an unknown charset",
      `${part('Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=klingon', "1")}${end}`,
      "charset",
    ],
    ["a long field", `${fieldPart("a", "x".repeat(maxFieldBytes + 1))}${end}`, "longer"],
    [
      "a base64 file",
      `${part('Content-Disposition: form-data; name="f"; filename="a"\r\nContent-Transfer-Encoding: base64', "MQ==")}${end}`,
      "base64",
    ],
    ["too many files", `${filePart("a", "1").repeat(maxFiles + 1)}${end}`, `more than ${maxFiles} files`],
    ["too many fields", `${fieldPart("a", "1").repeat(maxFields + 1)}${end}`, `more than ${maxFields} fields`],
    ["thousands of parts", `${fieldPart("a", "1").repeat(3_000)}${end}`, `more than ${maxFields}`],
    [
      "thousands of parts without a disposition",
      `${part("X: 1", "").repeat(3_000)}${end}`,
      `more than ${maxFiles + maxFields} parts`,
    ],
    ["thousands of empty parts", `${"--xyz\r\n".repeat(3_000)}${end}`, "part 1 ends within its headers"],
    [
      "a delimiter among headers, behind which busboy reads the next part's as this one's",
      `--xyz\r\nContent-Disposition: form-data;\r\n--xyz\r\n name="g"; filename="a"\r\n\r\n1\r\n${end}`,
      "part 1 ends within its headers",
    ],
    [
      "headers whose empty line is the delimiter's",
      `--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n${end}`,
      "within",
    ],
    ["no boundary", `${filePart("a", "1")}${end}`, "names no boundary", "multipart/form-data"],
    ["an empty boundary", `${filePart("a", "1")}${end}`, "RFC 2046", 'multipart/form-data; boundary=""'],
    ["a giant boundary", `--${long}--`, "RFC 2046", `multipart/form-data; boundary=${long}`],
    [
      "two boundaries",
      `${filePart("a", "1")}${end}`,
      "more than one",
      "multipart/form-data; boundary=xyz; boundary=abc",
    ],
  ];
  return cases.map(([name, body, says, contentType = multipartType]) => ({ name, body, says, contentType }));
}
