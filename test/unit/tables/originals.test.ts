import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Workshop, workshop } from "./build-one.ts";

/** What the database keeps of files whose tables do not say everything, by path. */
async function keptIn({ ask }: Workshop): Promise<Record<string, string>> {
  const rows = await ask(
    "SELECT source_path, packing, base64(content) FROM cubby.originals ORDER BY source_path, part",
  );
  const parts = Map.groupBy(rows, ([path]) => String(path));
  const contents = [...parts].map(([path, own]) => {
    const bytes = Buffer.concat(own.map(([, , content]) => Buffer.from(String(content), "base64")));
    return [path, (own[0]?.[1] === "gzip" ? gunzipSync(bytes) : bytes).toString()];
  });
  return Object.fromEntries(contents);
}

const layout = (table: string) => `SELECT layout FROM cubby.tables WHERE table_name = '${table}'`;

describe("the original of a file", () => {
  test("is kept where its table does not say everything, and only there", async () => {
    const shop = await workshop();
    const ragged = "a,b\n1,2\n3,4,5\n";
    const json = '[{"a": 1.0}, {"a": 2}]';
    const uneven = 'a,b\n"x",1\n"y",2\nz,3\nw,4\n';
    await shop.build({
      "uploads/even.csv": 'title\n"a",b\n"x",1\n"y",2\n',
      "uploads/ragged.csv": ragged,
      "uploads/uneven.csv": uneven,
      "uploads/j.json": json,
    });
    expect(await keptIn(shop)).toEqual({
      "uploads/j.json": json,
      "uploads/ragged.csv": ragged,
      "uploads/uneven.csv": uneven,
    });
    const [[even]] = (await shop.ask(layout("even"))) as [[string]];
    expect(JSON.parse(even)).toMatchObject({ head: 'title\n"a",b\n', width: 2, open_end: false, empty_at_end: 0 });
  });

  test("goes with its file, and when a better one comes in its place", async () => {
    const shop = await workshop();
    const ragged = "a,b\n1,2\n3,4,5\n";
    await shop.build({ "uploads/a.csv": ragged, "uploads/b.csv": ragged, "uploads/c.csv": ragged });
    await shop.build({ "uploads/a.csv": "a,b\n1,2\n" }, ["uploads/b.csv"]);
    expect(Object.keys(await keptIn(shop))).toEqual(["uploads/c.csv"]);
  });

  test("comes back in parts, however long", async () => {
    const shop = await workshop();
    // Noise, so that it stays long when it is packed.
    const lines = Array.from({ length: 60 }, (_, row) => `${row},${randomBytes(30_000).toString("base64")}\n`);
    const long = `a,b\n${lines.join("")}1,2,3,4\n`;
    await shop.build({ "uploads/long.csv": long });
    const rows = await shop.ask("SELECT base64(content) FROM cubby.originals ORDER BY part");
    expect(rows.length).toBeGreaterThan(1);
    const packed = Buffer.concat(rows.map(([part]) => Buffer.from(String(part), "base64")));
    expect(gunzipSync(packed).toString() === long).toBe(true);
  });
});

describe("which cells stood in quotes", () => {
  const quotes = "SELECT quotes, bare_text FROM cubby.columns ORDER BY position";

  test.each([
    {
      what: "none",
      text: 'a,b\n1,5" pipe\n',
      expected: [
        ["none", null],
        ["none", null],
      ],
    },
    {
      what: "those that need them",
      text: 'a,b\n"x,1",2\ny,3\nz,4\n',
      expected: [
        ["needed", null],
        ["none", null],
      ],
    },
    {
      what: "all",
      text: '"a","b"\n"x","1"\n"","2"\n',
      expected: [
        ["all", null],
        ["all", null],
      ],
    },
    {
      what: "all but missing ones",
      text: 'a,b\n"x",1\nNA,2\n"y",3\n',
      expected: [
        ["all", "NA"],
        ["none", null],
      ],
    },
    {
      what: "all but empty ones",
      text: 'a,b\n"x",1\n,2\n"y",3\n',
      expected: [
        ["all", ""],
        ["none", null],
      ],
    },
  ])("is known of each: $what", async ({ text, expected }) => {
    const shop = await workshop();
    await shop.build({ "uploads/t.csv": text });
    expect(await shop.ask(quotes)).toEqual(expected);
    expect(await keptIn(shop)).toEqual({});
  });

  test.each([
    { what: "one of two cells alike", text: 'a,b\n"x",1\nNA,2\n"NA",3\n' },
    { what: "a backslash before a quote", text: 'a,b\n"x \\"y\\" z",1\n"w",2\n"v \\"u\\"",3\n' },
    { what: "a blank line", text: "a,b\nx,1\n\ny,2\n" },
  ])("is left to the file itself where it is not: $what", async ({ text }) => {
    const shop = await workshop();
    await shop.build({ "uploads/t.csv": text });
    expect(await keptIn(shop)).toEqual({ "uploads/t.csv": text });
  });
});
