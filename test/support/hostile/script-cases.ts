import { bytesOf, type Expectation, failed, type FileCase, kept, reviewed } from "./case.ts";

const read = 'import pandas as pd\nframe = pd.read_csv("sales.csv")\n';
const py = (name: string, content: string | Buffer, expect: Expectation): FileCase => ({
  name,
  ending: ".py",
  bytes: Buffer.from(content),
  expect,
});
const book = (name: string, content: string | Buffer, expect: Expectation): FileCase => ({
  name: `notebook: ${name}`,
  ending: ".ipynb",
  bytes: Buffer.from(content),
  expect,
});
const cells = (...sources: unknown[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map((source) => ({ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source })),
  });

const syntax: [string, string][] = [
  ["Python 2", `print "old"\n${read}`],
  ["an open bracket", `${read}x = [\n`],
  ["an open parenthesis", `${read}x = (\n`],
  ["an open brace", `${read}x = {\n`],
  ["a bracket closed by another", `${read}x = [)\n`],
  ["an open text", `${read}x = "abc\n`],
  ["an open docstring", `${read}"""abc\n`],
  ["an open f-string", `${read}x = f"{a\n`],
  ["a bracket too many", `${read}x = 1)\n`],
  ["tabs and blanks that disagree", `${read}if x:\n\ta = 1\n        b = 2\n  c = 3\n`],
  ["a line that is too far in", `${read}  x = 1\n`],
  ["a block without a body", `${read}if x:\n`],
  ["a backslash at the end", `${read}x = 1 + \\`],
  ["a backslash before a blank", `${read}x = 1 + \\ \n2\n`],
  ["a NUL", `${read}x = 1\0\n`],
  ["a NUL in front", `\0${read}`],
  ["a keyword as a name", `${read}class = 1\n`],
  ["a return outside", `${read}x = = 1\n`],
  ["another language", "#include <stdio.h>\nint main() { return 0; }\n"],
  ["a page", "<html><body></body></html>"],
  ["numbers that are none", `${read}x = 0777\n`],
  ["letters that only look so", `${read}x = “a”\n`],
  ["a division sign", `${read}x = 1 ÷ 2\n`],
];

const deep: [string, string][] = [
  ["parentheses", `${"(".repeat(1e5)}1${")".repeat(1e5)}`],
  ["lists", `${"[".repeat(2000)}${"]".repeat(2000)}`],
  ["dictionaries", `${"{1:".repeat(2000)}1${"}".repeat(2000)}`],
  ["a sum of 100,000", `${"1+".repeat(1e5)}1`],
  ["signs", `${"-".repeat(1e5)}1`],
  ["nots", `${"not ".repeat(50_000)}1`],
  ["lambdas", `${"lambda: ".repeat(20_000)}1`],
  ["calls", `f${"()".repeat(50_000)}`],
  ["subscripts", `a${"[0]".repeat(50_000)}`],
  ["attributes", `a${".b".repeat(50_000)}`],
  ["powers", `${"2**".repeat(50_000)}2`],
  ["conditions", `${"1 if a else ".repeat(20_000)}1`],
];

const encodings: [string, string | Buffer, Expectation][] = [
  ["an encoding nobody knows", `# coding: klingon\n${read}`, failed("unknown_encoding")],
  [
    "an encoding nobody knows on the second line",
    `#!/usr/bin/env python\n# -*- coding: x-user-defined-9 -*-\n${read}`,
    failed("unknown_encoding"),
  ],
  ["bytes that are no UTF-8", Buffer.from(`${read}# caf\xe9\n`, "latin1"), failed("unknown_encoding")],
  ["UTF-16", Buffer.from(`\ufeff${read}`, "utf16le"), failed("unknown_encoding")],
  ["a mark and another encoding", bytesOf("\ufeff# coding: latin-1\n", read), failed("unknown_encoding")],
  ["UTF-7", `# coding: utf-7\n${read}`, failed("unknown_encoding")],
  ["ROT13", `# coding: rot13\n${read}`, failed("unknown_encoding")],
];

/** Scripts that are none, or that break whoever reads them; and scripts that stay as they are for a good reason. */
export const scriptCases: FileCase[] = [
  ...syntax.map(([name, text]) => py(name, text, failed("invalid_python"))),
  ...deep.map(([name, text]) => py(`${name} beyond all depth`, `${read}x = ${text}\n`, failed("too_deep"))),
  ...encodings.map(([name, text, expect]) => py(name, text, expect)),
  py(
    "blocks 200 deep",
    `${read}${Array.from({ length: 200 }, (_, at) => `${" ".repeat(at)}if a:\n`).join("")}${" ".repeat(200)}pass\n`,
    reviewed,
  ),
  py("three megabytes", `${read}${"#".repeat(3_000_000)}`, failed("too_large")),
  py("nothing", "", failed("no_reads")),
  py("a mark of its encoding alone", "\ufeff", failed("no_reads")),
  py("form feeds", "\f\f\n\f", failed("no_reads")),
  py("a line of a megabyte", `text = "${"a".repeat(1_000_000)}"\n`, failed("no_reads")),
  py("100,000 lines", "x = 1\n".repeat(100_000), failed("no_reads")),
  py(
    "20,000 functions",
    Array.from({ length: 20_000 }, (_, at) => `def f${at}(): pass\n`).join(""),
    failed("no_reads"),
  ),
  py(
    "functions that call each other without end",
    "def a(): return b()\ndef b(): return a()\na()\n",
    failed("no_reads"),
  ),
  py(
    "texts that double each time",
    `import pandas as pd\na = "xxxxxxxx"\n${"a = a + a\n".repeat(60)}pd.read_csv(a)\n`,
    kept,
  ),
  py(
    "lists that double each time",
    `import pandas as pd\na = [1]\n${"a = [a, a]\n".repeat(60)}pd.read_csv(a[0])\n`,
    kept,
  ),
  py(
    "branches that double each time",
    `import pandas as pd\na = ""\n${'if x: a = a + "0"\nelse: a = a + "1"\n'.repeat(40)}pd.read_csv(a)\n`,
    kept,
  ),
  py("letters that turn", 'x = "\u202e" # \u2066\n', failed("no_reads")),
  py("lines that end in three ways", "x = 1\r\ny = 2\rz = 3\n", failed("no_reads")),
  book("no JSON", "{", failed("invalid_notebook")),
  book("nothing", "", failed("invalid_notebook")),
  book("a list", "[1]", failed("invalid_notebook")),
  book("null", "null", failed("invalid_notebook")),
  book("100,000 deep", `{"cells":${"[".repeat(1e5)}${"]".repeat(1e5)}}`, failed("invalid_notebook")),
  book("cells that are none", '{"cells":"x"}', reviewed),
  book("cells of null", '{"cells":[null]}', reviewed),
  book("a source that is a number", cells(1), reviewed),
  book("a source of numbers", cells([1, 2]), reviewed),
  book("Python 2", cells("print 1"), failed("invalid_python")),
  book("another language", '{"cells":[],"metadata":{"language_info":{"name":"R"}}}', failed("no_reads")),
  book("cells twice", '{"cells":[],"cells":[{"cell_type":"code","source":"x = 1"}]}', reviewed),
  book("names of things in JavaScript", '{"__proto__":{"cells":[]},"constructor":1}', reviewed),
  book("half of a pair", cells('x = "\ud800"').replace("\ud800", "\\ud800"), reviewed),
  book("an honest one without reads", cells("x = 1"), failed("no_reads")),
];
