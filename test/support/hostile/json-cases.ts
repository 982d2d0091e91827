import { bytesOf, type Expectation, failed, type FileCase, rows, reviewed } from "./case.ts";

const json = (name: string, content: string | Buffer, expect: Expectation): FileCase => ({
  name,
  ending: ".json",
  bytes: Buffer.from(content),
  expect,
});
const nested = (depth: number, open: string, close: string, inside = "") =>
  `${open.repeat(depth)}${inside}${close.repeat(depth)}`;

const depths: FileCase[] = [
  json("lists 60 deep", `[{"a":${nested(60, "[", "]", "1")}}]`, reviewed),
  ...[65, 500, 2000, 100_000, 1_000_000].flatMap((depth) => [
    json(`lists ${depth} deep`, nested(depth, "[", "]"), failed("too_deep")),
    json(`lists ${depth} deep without an end`, "[".repeat(depth), failed("too_deep")),
    json(`lists ${depth} deep in a row`, `[{"a":${nested(depth, "[", "]")}}]`, failed("too_deep")),
  ]),
  ...[65, 500, 20_000, 100_000].map((depth) =>
    json(`objects ${depth} deep`, nested(depth, '{"a":', "}", "1"), failed("too_deep")),
  ),
  json("ends without beginnings", "]".repeat(100_000), reviewed),
];

const broken: [string, string | Buffer][] = [
  ["a brace", "{"],
  ["a bracket", "["],
  ["a quote", '"'],
  ["an end", "}"],
  ["a comma", ","],
  ["a letter", "x"],
  ["a sign", "-"],
  ["an object cut off behind its name", '{"a"'],
  ["an object cut off behind its colon", '{"a":'],
  ["an escape cut off", '[{"a":"\\u12"}]'],
  ["an escape of nothing", '[{"a":"\\x41"}]'],
  ["a NUL between", '[{"a":1}\0]'],
  ["quotes of the other kind", "[{'a':1}]"],
  ["names without quotes", "[{a:1}]"],
  ["a comma at the end of each", '[{"a":1,},]'],
  ["comments", '[/* a */{"a":1}] // b'],
  ["a value twice", '{"a":1 2}'],
  ["two colons", '{"a"::1}'],
  ["NaN", '[{"a":NaN}]'],
  ["undefined", '[{"a":undefined}]'],
  ["hexadecimal", '[{"a":0x1}]'],
  ["a zero in front", '[{"a":01}]'],
  ["a plus in front", '[{"a":+1}]'],
  ["a point in front", '[{"a":.5}]'],
  ["a point behind", '[{"a":5.}]'],
  ["a line break in a text", '[{"a":"x\ny"}]'],
  ["a control character in a text", '[{"a":"x\u0001y"}]'],
  ["bytes that are no UTF-8 in a text", bytesOf('[{"a":"', [0xff], '"}]')],
  ["a page", "<!doctype html><html></html>"],
  ["a script of another origin", 'callback([{"a":1}])'],
];

const others: [string, string][] = [
  ["a number", "1"],
  ["a text", '"a"'],
  ["null", "null"],
  ["true", "true"],
  ["an empty list", "[]"],
  ["an empty object", "{}"],
  ["a list of numbers", "[1,2,3]"],
  ["a list of empty lists", "[[],[]]"],
  ["a list of empty objects", "[{},{}]"],
  ["a list of nulls", "[null,null]"],
  ["a list of lists of lists", "[[[1]]]"],
];

const odd: FileCase[] = [
  json("names twice in one object", '[{"a":1,"a":2},{"a":3}]', reviewed),
  json("names twice in each object", '[{"a":1,"a":2},{"a":3,"a":4}]', reviewed),
  json("names that differ by case", '[{"a":1,"A":2}]', reviewed),
  json("names of things in JavaScript", '[{"__proto__":{"x":1},"constructor":2,"toString":3}]', reviewed),
  json("an empty name", '[{"":1,"b":2}]', reviewed),
  json("a name with a NUL", '[{"a\\u0000b":1}]', reviewed),
  json("a name that leaves its quotes", '[{"a\\"; DROP TABLE t; --":1}]', reviewed),
  json("a name of 5,000 letters", `[{"${"x".repeat(5000)}":1}]`, reviewed),
  json("numbers beyond doubles", '[{"a":1e999},{"a":-1e999}]', reviewed),
  json("integers of 40 digits", `[{"a":${"9".repeat(40)}}]`, reviewed),
  json("a number of 100,000 digits", `[{"a":${"9".repeat(100_000)}}]`, reviewed),
  json("an exponent of 100 digits", `[{"a":1e${"9".repeat(100)}}]`, reviewed),
  // A column of zeros alone has one of them in a stored database: DuckDB keeps a single value once, and these are equal.
  json("zero below zero", '[{"a":-0},{"a":0.5},{"a":0}]', rows('{"a":-0.0}', '{"a":0.5}', '{"a":0.0}')),
  json("a half of a pair", '[{"a":"\\ud800"},{"a":"x"}]', reviewed),
  json("halves in the wrong order", '[{"a":"\\udc00\\ud800"}]', reviewed),
  json("a pair", '[{"a":"\\ud83d\\ude00"}]', rows('{"a":"😀"}')),
  json("NUL in a text", '[{"a":"x\\u0000y"}]', reviewed),
  json("a page in a text", '[{"a":"<script>alert(1)</script>"}]', rows('{"a":"<script>alert(1)</script>"}')),
  json("a text of a megabyte", `[{"a":"${"x".repeat(1_000_000)}","b":1}]`, reviewed),
  json("a column that is everything", '[{"a":1},{"a":"x"},{"a":[1]},{"a":{"b":1}},{"a":null},{"a":true}]', reviewed),
  json("2,000 names", `[{${Array.from({ length: 2000 }, (_, at) => `"c${at}":${at}`).join(",")}}]`, reviewed),
  ...[
    ["one name each in 1,000 objects", 1000, reviewed],
    ["one name each in 5,000 objects", 5000, failed("too_wide", "different names")],
    ["one name each in 100,000 objects", 100_000, failed("too_wide", "more than 10000 different names")],
  ].map(([name, count, expect]) =>
    json(
      name as string,
      `[${Array.from({ length: count as number }, (_, at) => `{"c${at}":"x${at}"}`).join(",")}]`,
      expect as Expectation,
    ),
  ),
  json(
    "one nested name each in 30,000 objects",
    `[${Array.from({ length: 30_000 }, (_, at) => `{"id":${at},"a":{"c${at}":1}}`).join(",")}]`,
    failed("too_wide", "more than 10000 different names"),
  ),
  json(
    "1,000 names within each of 1,000 names",
    `[${Array.from({ length: 1000 }, (_, at) => `{"a${at}":{${Array.from({ length: 1000 }, (_, in_) => `"b${in_}":1`).join(",")}}}`).join(",")}]`,
    failed("too_wide", "more than 10000 different names"),
  ),
  {
    ...json(
      "1,000 names, each number spelled on its own",
      `[{${Array.from({ length: 1000 }, (_, at) => `"c${at}":${at}.50`).join(",")}},{"c0":1}]`,
      reviewed,
    ),
    isHeavy: true,
  },
  json(
    "10,001 names",
    `[{${Array.from({ length: 10_001 }, (_, at) => `"c${at}":${at}`).join(",")}},{"a":1}]`,
    failed("too_wide"),
  ),
  json("UTF-8 with a mark", '\ufeff[{"a":1}]', rows('{"a":1}')),
  json("UTF-16", Buffer.from('\ufeff[{"a":1}]', "utf16le"), rows('{"a":1}')),
  json("UTF-16 with a byte too many", bytesOf(Buffer.from('\ufeff[{"a":1}]', "utf16le"), "x"), reviewed),
  json("a list behind a list", '[{"a":1}][{"a":2}]', reviewed),
  json("lines with a broken one", '{"a":1}\n{"a":\n{"a":3}\n{"a":4}\n', reviewed),
  json("lines and lists mixed", '{"a":1}\n[{"a":2}]\n{"a":3}\n', reviewed),
  json("lines without breaks", '{"a":1}{"a":2}{"a":3}', rows('{"a":1}', '{"a":2}', '{"a":3}')),
  json("a list cut off", '[{"a":1},{"a":2},{"a":', reviewed),
  json("garbage behind the list", '[{"a":1},{"a":2}]xyz', reviewed),
];

/** What crashes parsers, is no JSON, or means two things; and honest rows. */
export const jsonCases: FileCase[] = [
  json("nothing", "", failed("empty_file")),
  json("blanks", "  \n ", failed("empty_file")),
  ...depths,
  ...broken.map(([name, content]) => json(name, content, reviewed)),
  ...others.map(([name, content]) => json(name, content, reviewed)),
  ...odd,
  json("honest rows", '[{"a":1,"b":"x"},{"a":2,"b":null}]', rows('{"a":1,"b":"x"}', '{"a":2,"b":null}')),
  {
    name: "honest lines",
    ending: ".ndjson",
    bytes: Buffer.from('{"a":1}\n{"a":2}\n'),
    expect: rows('{"a":1}', '{"a":2}'),
  },
  json("honest numbers as they were written", '[{"a":1.10},{"a":2.50}]', reviewed),
];
