import { encodeUtf32 } from "../encode-utf32.ts";
import { bytesOf, type Expectation, failed, type FileCase, rows, reviewed } from "./case.ts";

const csv = (name: string, content: string | Buffer, expect: Expectation): FileCase => ({
  name,
  ending: ".csv",
  bytes: Buffer.from(content),
  expect,
});

const utf16 = (text: string, mark = "\ufeff") => Buffer.from(mark + text, "utf16le");
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
const plain = ['{"a":1,"b":2}', '{"a":3,"b":4}'];

const strange: FileCase[] = [
  csv("nothing", "", failed("empty_file")),
  csv("a mark of its encoding and nothing else", "\ufeff", failed("empty_file")),
  csv("line breaks alone", "\n\n\n\n", failed("empty_file")),
  csv("blanks alone", "   \n \n", failed("empty_file")),
  csv("separators alone", ",,,\n,,,\n", reviewed),
  csv("a NUL alone", "\0", reviewed),
  csv("NULs alone", "\0".repeat(5000), failed("unreadable_text")),
  csv(
    "bytes of chance",
    Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919 + ((at * at) >> 3)) & 0xff)),
    failed("unreadable_text"),
  ),
  csv(
    "a picture",
    bytesOf(
      [0x89],
      "PNG\r\n\x1a\n",
      Array.from({ length: 200 }, (_, at) => (at * 31) & 0x1f),
    ),
    failed("unreadable_text"),
  ),
  csv("a page", "<!doctype html><html><body>a,b\n1,2</body></html>", failed("unreadable_text", "page")),
  csv(
    "a document of XML",
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    failed("unreadable_text"),
  ),
  csv("a database", bytesOf("SQLite format 3\0", Buffer.alloc(200)), failed("unreadable_text", "database")),
  csv(
    "a database of DuckDB",
    bytesOf(Buffer.alloc(8), "DUCK", Buffer.alloc(200)),
    failed("unreadable_text", "database"),
  ),
  csv("an archive of another kind", bytesOf("7z\xbc\xaf"), reviewed),
];

const quotes: FileCase[] = [
  csv("a quote that nobody closes, in the last cell", 'a,b\n1,2\n3,"4', reviewed),
  csv("a quote that nobody closes, in the first cell", '"a,b\n1,2\n3,4\n', reviewed),
  csv(
    "a quote that nobody closes, in the middle of 500 rows",
    `a,b\n${"1,2\n".repeat(250)}"3,4\n${"1,2\n".repeat(250)}`,
    reviewed,
  ),
  csv("a quote inside of a cell", 'a,b\n1"2,3\n4,5\n', reviewed),
  csv("text behind a closing quote", 'a,b\n"1"x,2\n3,4\n', reviewed),
  csv("quotes alone", '""""""""\n', reviewed),
  csv("ten thousand quotes", `a\n${'"'.repeat(10_000)}\n`, reviewed),
  csv("a quote escaped by a backslash", 'a,b\n"x\\"y",2\n3,4\n', reviewed),
  csv("line breaks in quotes", 'a,b\n"x\ny",2\n"z\r\n",4\n', reviewed),
  csv("separators in quotes", 'a,b\n"x,y",2\n"z,",4\n', reviewed),
];

const shapes: FileCase[] = [
  csv("rows of other lengths", "a,b,c\n1\n1,2,3,4,5,6\n1,2,3\n", reviewed),
  csv("one row with a thousand cells too many", `a,b\n1,2\n3,4${",x".repeat(1000)}\n5,6\n`, reviewed),
  csv("a header without rows", "a,b,c\n", reviewed),
  csv("a header of one name twice", "a,a,A\n1,2,3\n", reviewed),
  csv("a header of nothing", ",,\n1,2,3\n4,5,6\n", reviewed),
  csv("a header of names that SQL knows", 'select,from,"drop table",rowid\n1,2,3,4\n', reviewed),
  csv("a header that leaves its quotes", 'a"b,"c""; DROP TABLE t; --"\n1,2\n', reviewed),
  csv("a header of things in JavaScript", "__proto__,constructor,toString\n1,2,3\n", reviewed),
  csv("a header with a NUL", "a\0b,c\n1,2\n", reviewed),
  csv("a name of 5,000 letters", `${"x".repeat(5000)},b\n1,2\n`, reviewed),
  csv("a footer under numbers", "a,b\n1,2\n3,4\nTotal,6\n", reviewed),
  csv("lines that end in three ways", "a,b\n1,2\r\n3,4\r5,6\n", reviewed),
  csv("lines that end by themselves", "a,b\r1,2\r3,4", rows(...plain)),
  csv("a separator nobody uses", "a\u00a7b\n1\u00a72\n", reviewed),
  csv("a separator of NUL", "a\0b\n1\x002\n3\x004\n", reviewed),
  csv(
    "semicolons in the first half, commas in the second",
    `a;b\n${"1;2\n".repeat(20)}${"3,4\n".repeat(20)}`,
    reviewed,
  ),
  csv("no line break at the end", "a,b\n1,2\n3,4", rows(...plain)),
  csv("a hundred empty lines in between", `a,b\n1,2\n${"\n".repeat(100)}3,4\n`, reviewed),
];

const values: FileCase[] = [
  csv("numbers beyond doubles", "a\n1e999\n-1e999\n", reviewed),
  csv("integers of 40 digits", `a\n${"9".repeat(40)}\n-${"9".repeat(40)}\n`, reviewed),
  csv("a hundred digits behind the point", `a\n0.${"1".repeat(100)}\n`, reviewed),
  csv("zeros in front", "a\n007\n008\n", reviewed),
  csv("numbers that are none", "a\nNaN\nInfinity\n-Infinity\n1\n", reviewed),
  csv("hexadecimal", "a\n0x1F\n0b1\n", reviewed),
  csv("days that are none", "a\n2024-02-30\n2023-02-29\n", reviewed),
  csv("a year beyond all", "a\n99999-01-01\n2024-01-01\n", reviewed),
  csv("the leap second", "a\n2016-12-31T23:59:60Z\n2024-01-01T00:00:00Z\n", reviewed),
  csv("formulas of spreadsheets", "a,b\n=1+1,@SUM(1)\n+cmd|' /C calc'!A0,-2+3\n", reviewed),
  csv("a page in a cell", "a,b\n<script>alert(1)</script>,1\n", reviewed),
  csv("a statement in a cell", "a,b\n'); DROP TABLE t; --,1\n", reviewed),
  csv("a cell of a megabyte", `a,b\n${"x".repeat(1_000_000)},1\n2,3\n`, reviewed),
  csv("one line of two megabytes", `${"x".repeat(2_000_000)}`, reviewed),
];

const widths: FileCase[] = [
  csv(
    "10,001 columns",
    `${Array.from({ length: 10_001 }, (_, at) => `c${at}`).join(",")}\n${"1,".repeat(10_000)}1\n`,
    failed("too_wide"),
  ),
  csv(
    "20,000 columns",
    `${Array.from({ length: 20_000 }, (_, at) => `c${at}`).join(",")}\n${"1,".repeat(19_999)}1\n`,
    failed("too_wide"),
  ),
  csv("100,000 columns", `${"a,".repeat(99_999)}a\n${"1,".repeat(99_999)}1\n`, failed("too_wide")),
  csv("a million separators", ",".repeat(1_000_000), reviewed),
  csv("a hundred thousand lines of nothing", `a,b\n1,2\n${",\n".repeat(100_000)}3,4\n`, reviewed),
];

const encodings: FileCase[] = [
  csv("UTF-8 with a mark", "\ufeffa,b\n1,2\n3,4\n", rows(...plain)),
  csv("a mark twice", "\ufeff\ufeffa,b\n1,2\n", reviewed),
  csv("a mark in the middle", "a,b\n\ufeff1,2\n3,4\n", reviewed),
  csv("UTF-16", utf16("a,b\n1,2\n3,4\n"), rows(...plain)),
  csv("UTF-16 the other way round", swapped(utf16("a,b\n1,2\n3,4\n")), rows(...plain)),
  csv("UTF-16 without a mark", utf16("a,b\n1,2\n3,4\n", ""), rows(...plain)),
  csv("UTF-16 with a byte too few", utf16("a,b\n1,2\n3,4\n").subarray(0, -1), reviewed),
  csv("UTF-16 with a byte too many", bytesOf(utf16("a,b\n1,2\n3,4\n"), "x"), reviewed),
  csv("UTF-16 with half of a pair", bytesOf(utf16("a,b\n1,"), [0x00, 0xd8], utf16("\n3,4\n", "")), reviewed),
  csv("UTF-16 that becomes UTF-8 half way", bytesOf(utf16("a,b\n1,2\n"), "3,4\n"), reviewed),
  ...(["utf-32le", "utf-32be"] as const).flatMap((encoding) => [
    csv(`${encoding} with a mark`, encodeUtf32("\ufeffa,b\n1,2\n3,4\n", encoding), rows(...plain)),
    csv(`${encoding} without a mark`, encodeUtf32("a,b\n1,2\n3,4\n", encoding), rows(...plain)),
  ]),
  csv("UTF-8 that is none in one cell", bytesOf("a,b\nJos", [0xc3], ",2\n3,4\n"), reviewed),
  csv("UTF-8 longer than it needs", bytesOf("a,b\n", [0xc0, 0xaf], ",2\n3,4\n"), reviewed),
  csv("half of a pair in UTF-8", bytesOf("a,b\n", [0xed, 0xa0, 0x80], ",2\n3,4\n"), reviewed),
  csv("a letter beyond Unicode", bytesOf("a,b\n", [0xf4, 0x90, 0x80, 0x80], ",2\n3,4\n"), reviewed),
  csv("a letter cut off at the end", bytesOf("a,b\n1,2\n3,x", [0xe2, 0x82]), reviewed),
  csv("a NUL in a cell", "a,b\nx\0y,2\nz,4\n", reviewed),
  csv("letters that turn", "a,b\n\u202eabc,2\n", reviewed),
  csv("letters nobody sees", "a,b\n\u200b\u2060,2\n", reviewed),
  csv("line separators of Unicode", "a,b\n1\u2028x,2\u2029y\n", reviewed),
  csv("letters outside of the first plane", "a,b\n😀,2\n𐍈,4\n", rows('{"a":"😀","b":2}', '{"a":"𐍈","b":4}')),
];

/** Text that is hardly a table, lies about its encoding, never ends, or is wider than anything; and honest tables. */
export const delimitedCases: FileCase[] = [
  ...strange,
  ...quotes,
  ...shapes,
  ...values,
  ...widths,
  ...encodings,
  csv("an honest table", "a,b\n1,2\n3,4\n", rows(...plain)),
  csv("an honest table with semicolons", "a;b\n1;2\n3;4\n", rows(...plain)),
  {
    name: "an honest table with tabs",
    ending: ".tsv",
    bytes: Buffer.from("a\tb\n1\t2\n3\t4\n"),
    expect: rows(...plain),
  },
  {
    name: "an honest table called text",
    ending: ".txt",
    bytes: Buffer.from("a,b\n1,2\n3,4\n5,6\n"),
    expect: rows(...plain, '{"a":5,"b":6}'),
  },
];
