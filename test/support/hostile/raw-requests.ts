import { endPart, filePart, multipartType } from "./multipart-parts.ts";

/** A request as it stands on the wire. */
export interface RawRequest {
  name: string;
  bytes: Buffer;
  /** `refused` by the API in a problem document; `not heard`: by the gateway, or by the end of the connection. */
  expect: "stored" | "refused" | "not heard";
}

const form = `${filePart("a.txt", "1")}${endPart}`;
const chunk = (text: string, size = text.length.toString(16)) => `${size}\r\n${text}\r\n`;

/** Uploads whose length, pieces or headers lie, and honest ones that look like it. */
export function rawRequests({ host, path, token }: { host: string; path: string; token: string }): RawRequest[] {
  const request = (name: string, headers: string[], body: string, expect: RawRequest["expect"]): RawRequest => {
    const head = [`POST ${path} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${token}`, ...headers].join("\r\n");
    return { name, bytes: Buffer.from(`${head}\r\n\r\n${body}`, "latin1"), expect };
  };
  const type = `Content-Type: ${multipartType}`;
  const length = (bytes: number | string) => `Content-Length: ${bytes}`;
  const chunked = "Transfer-Encoding: chunked";
  const whole = (name: string, more: string[], body: string, expect: RawRequest["expect"]) =>
    request(name, [type, length(Buffer.byteLength(body, "latin1")), ...more], body, expect);
  const bounded = (name: string, boundary: string, expect: RawRequest["expect"]) => {
    const body = form.replaceAll("xyz", boundary);
    return request(
      name,
      [`Content-Type: multipart/form-data; boundary=${boundary}`, length(body.length)],
      body,
      expect,
    );
  };
  return [
    whole("an honest form", [], form, "stored"),
    request(
      "a boundary in quotes",
      ['Content-Type: Multipart/Form-Data; Boundary="xyz"', length(form.length)],
      form,
      "stored",
    ),
    request("pieces", [type, chunked], `${chunk(form)}0\r\n\r\n`, "stored"),
    request(
      "pieces of one byte",
      [type, chunked],
      `${[...form].map((letter) => chunk(letter)).join("")}0\r\n\r\n`,
      "stored",
    ),
    request(
      "pieces with extensions",
      [type, chunked],
      `${form.length.toString(16)};a=b;c="d"\r\n${form}\r\n0\r\n\r\n`,
      "stored",
    ),
    request("pieces with a trailer", [type, chunked], `${chunk(form)}0\r\nX-Trailer: 1\r\n\r\n`, "stored"),
    whole("what stands before and behind a form", [], `preamble\r\n${form}epilogue`, "stored"),
    bounded("the longest boundary there may be", "b".repeat(70), "stored"),
    bounded("a boundary of 71 letters", "b".repeat(71), "refused"),
    request("a length that is too small", [type, length(form.length - 20)], form, "not heard"),
    request("a length of nothing", [type, length(0)], form, "not heard"),
    request("a length below nothing", [type, length(-1)], form, "not heard"),
    request("a length that is no number", [type, length("ten")], form, "not heard"),
    request("a length in hexadecimal", [type, length("0x10")], form, "not heard"),
    request("a length with a sign", [type, length(`+${form.length}`)], form, "not heard"),
    request("two lengths that differ", [type, length(form.length), length(10)], form, "not heard"),
    request("two lengths that agree", [type, length(form.length), length(form.length)], form, "not heard"),
    request("a length and pieces", [type, length(5), chunked], `${chunk(form)}0\r\n\r\n`, "not heard"),
    request("a length beyond all", [type, length("99999999999999999999")], form, "not heard"),
    request("pieces, said twice", [type, chunked, chunked], `${chunk(form)}0\r\n\r\n`, "not heard"),
    request("pieces, said badly", [type, "Transfer-Encoding: xchunked"], `${chunk(form)}0\r\n\r\n`, "not heard"),
    request(
      "pieces that are gzip as well",
      [type, "Transfer-Encoding: gzip, chunked"],
      `${chunk(form)}0\r\n\r\n`,
      "stored",
    ),
    request("a piece below nothing", [type, chunked], chunk(form, "-1"), "not heard"),
    request("a piece without a length", [type, chunked], chunk(form, ""), "not heard"),
    request("a piece whose length is no number", [type, chunked], chunk(form, "xyz"), "not heard"),
    request("a piece longer than it says", [type, chunked], `${chunk(form, "5")}0\r\n\r\n`, "not heard"),
    request("a piece beyond all", [type, chunked], chunk(form, "fffffffffffffffffff"), "not heard"),
    request(
      "an extension of a megabyte",
      [type, chunked],
      `${form.length.toString(16)};${"a".repeat(1_000_000)}\r\n${form}\r\n0\r\n\r\n`,
      "not heard",
    ),
    request("a type twice", [type, "Content-Type: text/plain", length(form.length)], form, "refused"),
    request("no type", [length(form.length)], form, "refused"),
    request("no body", [type, length(0)], "", "refused"),
    request(
      "a line folded",
      [`Content-Type: multipart/form-data;`, " boundary=xyz", length(form.length)],
      form,
      "not heard",
    ),
    request("a header without a colon", [type, "nonsense", length(form.length)], form, "not heard"),
    request("a header with a NUL", [type, "X-A: a\0b", length(form.length)], form, "not heard"),
    request("a header with a bare line break", [type, "X-A: a\rb", length(form.length)], form, "not heard"),
    request(
      "a header of two megabytes",
      [type, `X-A: ${"a".repeat(2_000_000)}`, length(form.length)],
      form,
      "not heard",
    ),
    request(
      "5,000 headers",
      [type, ...Array.from({ length: 5000 }, (_, at) => `X-${at}: 1`), length(form.length)],
      form,
      "not heard",
    ),
    whole("a body that says it is packed", ["Content-Encoding: gzip"], form, "stored"),
    whole("a body that is expected", ["Expect: 100-continue"], form, "stored"),
    whole("a wish that nobody fulfils", ["Expect: tea"], form, "not heard"),
    whole("another host", ["X-Forwarded-Host: evil.example"], form, "stored"),
    whole("another method in a header", ["X-HTTP-Method-Override: DELETE"], form, "stored"),
    request("the text of another protocol", [], "GET / HTTP/0.9\r\n\r\n", "refused"),
  ];
}
