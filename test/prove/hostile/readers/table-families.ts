import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { quoteText } from "../../../../shared/tables/sql-text.ts";
import { writeXlsx } from "../../../support/xlsx-writer.ts";
import type { Material } from "../mutate.ts";
import { tablesFrom } from "./tables.ts";

const texts = (list: readonly string[]) => list.map((text) => Buffer.from(text));

const delimited: Material = {
  seeds: [
    ...texts([
      'id,name,amount\n1,Ada,1.5\n2,"Grace, H.",2.5\n3,,\n',
      "Report\n\nid;datum;betrag\n1;01.02.2024;1.234,50\n2;02.02.2024;3,00\nTotal;;1237,50\n",
      'a\tb\tc\r\n1\t"x""y"\t2024-01-01T00:00:00Z\r\n2\t"line\r\nbreak"\ttrue\r\n',
      "name|x|y\nJosé|0|1\nΩ|1|-1e5\n",
    ]),
    Buffer.from("\ufeffid,größe\n1,ä\n2,ö\n", "utf16le"),
    Buffer.from("id,stra\xdfe\n1,M\xfcnchner Stra\xdfe\n2,K\xf6nigsallee\n", "latin1"),
  ],
  words: [
    ",",
    ";",
    "\t",
    "|",
    '"',
    '""',
    "\r",
    "\n",
    "\r\n",
    "\0",
    "\ufeff",
    "NA",
    "1e999",
    "-",
    "2024-02-30",
    "'",
    "\\",
    ",".repeat(500),
    "\n".repeat(300),
    "#",
    "=cmd|'/c calc'!A0",
    Buffer.of(0xff),
    Buffer.of(0xfe, 0xff),
    "x".repeat(3000),
    '"'.repeat(33),
  ],
};

const json: Material = {
  seeds: texts([
    '[{"id":1,"name":"Ada","tags":["a","b"],"at":{"x":1.50,"y":null}},{"id":2,"name":"G\\u00e9","tags":[],"at":{"x":1e3,"y":2}}]',
    '{"id":1,"a":true}\n{"id":2,"a":false,"b":12345678901234567890}\n{"id":3}\n',
    '{"data":{"rows":[{"a":1},{"a":2}]},"next":null}',
    '[["a","b"],[1,2],[3,4]]',
    '{"a":[1,2,3],"b":["x","y","z"]}',
  ]),
  words: [
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"',
    "\\",
    "\\ud800",
    "null",
    "1e999",
    "-0",
    "0x1",
    "NaN",
    '"__proto__":',
    '"id":',
    "[".repeat(70),
    '{"a":'.repeat(70),
    "\ufeff",
    "\0",
    "9".repeat(400),
    "\n",
    "//",
    Buffer.of(0xff),
    "\u2028",
  ],
};

const cell = (reference: string, value: number | string) =>
  typeof value === "number"
    ? `<c r="${reference}"><v>${value}</v></c>`
    : `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`;
const row = (number: number, ...cells: string[]) => `<row r="${number}">${cells.join("")}</row>`;
const sheet = [
  row(1, cell("A1", "id"), cell("B1", "name"), cell("C1", "at")),
  row(2, cell("A2", 1), '<c r="B2" t="s"><v>0</v></c>', '<c r="C2" s="1"><v>45000.5</v></c>'),
  row(3, cell("A3", 2), '<c r="B3" t="s"><v>1</v></c>', '<c r="C3" s="1"><f>A3+1</f><v>45001</v></c>'),
].join("");
const parts = { strings: ["<t>Ada</t>", "<r><t>Gr</t></r><r><t>ace</t></r>"], formats: ["yyyy-mm-dd"] };

/** Sheets are changed inside of the container as well, or the checksum alone would refuse nearly all of them. */
const workbookParts: Material = {
  seeds: texts([sheet]),
  words: [
    "<row",
    "</row>",
    '<c r="',
    "ZZZ1",
    "A1048577",
    "XFD1048576",
    ' t="s"',
    ' t="d"',
    ' t="e"',
    ' s="99"',
    "<v>",
    "</v>",
    "&lt;",
    "&#x0;",
    "&#xD800;",
    "&bomb;",
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?x",
    "?>",
    "1e999",
    "NaN",
    "-1",
    "4294967296",
    ' r="1"',
    'xml:space="preserve"',
    '<f t="shared" si="0">',
    "<is>",
    "<t>",
    "\0",
    "/>",
    ">",
    "<",
    "'",
    '"',
  ],
};

const packed: Material = {
  seeds: [
    gzipSync(delimited.seeds[0] as Buffer),
    zstdCompressSync(delimited.seeds[0] as Buffer),
    gzipSync(json.seeds[0] as Buffer),
    Buffer.concat([gzipSync("a,b\n1,2\n"), gzipSync("3,4\n")]),
  ],
  words: [
    Buffer.of(0x1f, 0x8b, 8),
    Buffer.of(0x28, 0xb5, 0x2f, 0xfd),
    Buffer.of(0xff, 0xff, 0xff, 0xff),
    Buffer.of(0, 0, 0, 0),
  ],
};

/** Files as DuckDB writes them: every codec, nested and odd types, dictionaries, statistics. */
async function parquetMaterial(directory: string): Promise<Material> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const simple = "SELECT range AS id, 'n' || range % 3 AS name, range * 1.5 AS amount FROM range(50)";
  const odd =
    "SELECT [range, NULL] AS l, {'a': range, 'b': 'x'} AS s, MAP {'k': range} AS m, range::DECIMAL(20,4) AS d, DATE '2024-01-01' + range::INTEGER AS t, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS z, uuid() AS u, '\\x00\\xff'::BLOB AS b, range % 2 = 0 AS f, NULL::INTEGER AS n, INTERVAL 1 DAY AS i FROM range(20)";
  const seeds: Buffer[] = [];
  for (const [select, codec] of [
    [simple, "snappy"],
    [simple, "uncompressed"],
    [simple, "zstd"],
    [odd, "uncompressed"],
    [odd, "gzip"],
    [simple, "lz4_raw"],
  ]) {
    const path = join(directory, "seed.parquet");
    await connection.run(
      `COPY (${select}) TO ${quoteText(path)} (FORMAT parquet, CODEC '${codec}', ROW_GROUP_SIZE 16)`,
    );
    seeds.push(await readFile(path));
    await rm(path);
  }
  connection.closeSync();
  instance.closeSync();
  return {
    seeds,
    words: [
      "PAR1",
      "PARE",
      "schema",
      Buffer.of(0x15, 0),
      Buffer.of(0xff, 0xff, 0xff, 0xff, 0x0f),
      Buffer.of(0x19, 0xfc),
      Buffer.of(0x80),
      "duckdb_schema",
    ],
  };
}

/** A sheet's XML, changed, in a container that is right. */
const sheets = tablesFrom("sheets in workbooks", "t.xlsx", { share: 5, materialOf: () => workbookParts });

export const tableFamilies = [
  tablesFrom("delimited text", "t.csv", { share: 4, materialOf: () => delimited }),
  tablesFrom("JSON", "t.json", { share: 5, materialOf: () => json }),
  tablesFrom("workbooks", "t.xlsx", {
    share: 4,
    materialOf: () => ({
      seeds: [writeXlsx([{ data: sheet }], parts)],
      words: ["PK\x03\x04", "PK\x01\x02", "xl/workbook.xml"],
    }),
  }),
  {
    ...sheets,
    open: async (options: { directory: string }) => {
      const reader = await sheets.open(options);
      const pack = (bytes: Buffer) => writeXlsx([{ data: bytes.toString("latin1") }], parts);
      return { ...reader, pack, read: (bytes: Buffer) => reader.read(pack(bytes)) };
    },
  },
  tablesFrom("packed text", "t.csv.gz", { share: 3, materialOf: () => packed }),
  tablesFrom("Parquet", "t.parquet", { share: 5, materialOf: parquetMaterial }),
];
