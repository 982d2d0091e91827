import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { detectMediaType } from "../../../shared/files/look-at.ts";
import { decideMediaType } from "../../../shared/files/media-type.ts";
import { writeZip } from "../../support/zip-writer.ts";

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));
const png = bytes([0x89], "PNG\r\n", [0x1a, 0x0a, 0, 0, 0, 13], "IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
const zip = writeZip([{ name: "a.txt", data: "x" }]);
const docx = writeZip([
  { name: "[Content_Types].xml", data: "<Types/>" },
  { name: "word/document.xml", data: "<w/>" },
]);
const duck = bytes([0, 0, 0, 0, 0, 0, 0, 0], "DUCK", [64, 0, 0, 0]);
const inert = "application/octet-stream";

/** Name, content, and what the two come to. */
const table: readonly (readonly [name: string, content: Buffer | string, type: string])[] = [
  // the name and the content agree
  ["a.csv", "x,y\n1,2\n", "text/csv"],
  ["a.tsv", "x\ty\n1\t2\n", "text/tab-separated-values"],
  ["a.json", '{"a":1}', "application/json"],
  ["a.ndjson", '{"a":1}\n{"a":2}\n', "application/x-ndjson"],
  ["a.jsonl", '{"a":1}\n{"a":2}\n', "application/x-ndjson"],
  ["a.md", "# Title\n\n- point\n", "text/markdown"],
  ["a.txt", "hello", "text/plain"],
  ["a.html", "<!doctype html><p>x", "text/html"],
  ["a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"],
  ["a.xml", '<?xml version="1.0"?><a/>', "application/xml"],
  ["a.py", "import os\n", "text/x-python"],
  ["a.png", png, "image/png"],
  ["a.zip", zip, "application/zip"],
  ["a.docx", docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["a.csv.gz", gzipSync("x,y\n1,2\n"), "application/gzip"],
  ["a.pdf", "%PDF-1.7\n%text\n", "application/pdf"],
  ["a.db", duck, "application/vnd.duckdb"],
  ["A.CSV", "x;y\n1;2\n", "text/csv"],
  ["latin.csv", Buffer.from("name\nJos\xe9\n", "latin1"), "text/csv"],
  ["utf16.csv", Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), "text/csv"],
  // no name to go by
  ["data", "x,y\n1,2\n3,4\n", "text/csv"],
  ["data", "x\ty\n1\t2\n", "text/tab-separated-values"],
  ["data", '[1, {"a": null}]', "application/json"],
  ["data", '{"a":1}\n{"a":2}\n', "application/x-ndjson"],
  ["data", "just words", "text/plain"],
  ["data", png, "image/png"],
  ["data.unheard-of", "<html><body>", "text/html"],
  ["__proto__", "x", "text/plain"],
  // the content is another than the name says: the content counts
  ["a.csv", png, "image/png"],
  ["a.png", "x,y\n1,2\n", "text/csv"],
  ["a.png", "hello", "text/plain"],
  ["a.xlsx", "no workbook", "text/plain"],
  ["a.xlsx", png, "image/png"],
  ["a.json", "not json", "text/plain"],
  ["a.json", '{"a":1}\n{"a":2}\n', "application/x-ndjson"],
  ["a.pdf", zip, "application/zip"],
  ["a.mp3", "hello", "text/plain"],
  // a container is what it is used for
  ["a.xlsx", zip, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["a.jar", zip, "application/java-archive"],
  // two letters are no magic number where all is text
  ["a.csv", "BMI,age\n21,40\n", "text/csv"],
  ["a.txt", "MZ is a country code", "text/plain"],
  ["a.md", "GIF89a is a format", "text/markdown"],
  // a page stays a page, whatever it is called
  ["harmless.csv", "<html><script>alert(1)</script>", "text/html"],
  ["harmless.txt", "\ufeff \n<!-- a --><!DOCTYPE HTML><p>", "text/html"],
  ["harmless.md", "<script>alert(1)</script>", "text/html"],
  ["harmless.png", "<?xml version='1.0'?><!-- x --><svg onload='alert(1)'>", "image/svg+xml"],
  ["harmless.json", "<svg/onload=alert(1)>", "image/svg+xml"],
  ["harmless.csv", "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "text/html"],
  ["page.html", "words only", "text/html"],
  ["script.js", "alert(1)", "text/javascript"],
  // nothing known
  ["a.bin", bytes([0, 1, 2, 3]), inert],
  ["a.html", bytes([0, 1, 2, 3]), inert],
  ["a.csv", bytes([0, 1, 2, 3]), inert],
  ["a.png", bytes([0, 1, 2, 3]), inert],
  // nothing in it
  ["a.csv", "", "text/csv"],
  ["a.png", "", inert],
  ["a", "", inert],
];

describe("detectMediaType()", () => {
  test.each(table)("%s with %j is %s", async (name, content, type) => {
    const head = typeof content === "string" ? Buffer.from(content) : content;
    expect(await detectMediaType(name, head, true)).toBe(type);
  });

  test.each([
    ["big.json", `[${'{"a":1},'.repeat(8000)}`.slice(0, 65_536), "application/json"],
    ["big", `{"rows": [${"1,".repeat(40_000)}`.slice(0, 65_536), "application/json"],
    ["big", '{"a":1}\n'.repeat(9000).slice(0, 65_536), "application/x-ndjson"],
    ["big", "1,2,3\n".repeat(12_000).slice(0, 65_536), "text/csv"],
  ])("%s, of which only the head is seen", async (name, text, type) => {
    expect(await detectMediaType(name, Buffer.from(text), false)).toBe(type);
  });

  test("hostile heads take no time and are never anything that runs", async () => {
    const heads = [
      "<!--".repeat(16_000),
      "<?".repeat(32_000),
      "[".repeat(65_536),
      '{"a":'.repeat(13_000),
      ",".repeat(65_536),
    ];
    const started = performance.now();
    for (const head of heads)
      expect(await detectMediaType("a", Buffer.from(head), true)).toMatch(/^text\/(plain|csv)$/);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("decideMediaType()", () => {
  test.each([
    ["song.m4a", "video/mp4", "audio/mp4"],
    ["old.doc", "application/x-cfb", "application/msword"],
    ["old.doc", "application/zip", "application/zip"],
    ["page.html", "image/png", "image/png"],
  ])("%s with the magic of %s is %s", (name, magic, type) => {
    expect(decideMediaType(name, { magic })).toBe(type);
  });
});
