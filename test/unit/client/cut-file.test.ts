import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutFile, type FileFormat, type Piece } from "../../../shared/client/cut-file.ts";
import { readCsv } from "../../../shared/sessions/transfer/csv-rows.ts";
import { readJson, readNdjson } from "../../../shared/sessions/transfer/json-records.ts";

/** The file in chunks of any length, also in the middle of a character. */
async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function cut(text: string, format: FileFormat, size = 7): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const piece of cutFile(inChunks(text, size), format)) pieces.push(piece);
  return pieces;
}

const read = { csv: readCsv, json: readJson, ndjson: readNdjson };
const thread = fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.toWellFormed());
const cell = fc.oneof(thread, fc.constantFrom('"', '""', "\n", "\r\n", ",", "{", "]", "\\", '\\"', "🚀"));
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

const files: Record<FileFormat, (cells: string[]) => string> = {
  csv: (cells) => `user_id,thread_id\r\n${cells.map((one) => `u,${quoted(one)}`).join("\r\n\r\n")}`,
  json: (cells) => JSON.stringify(Object.fromEntries(cells.map((one, index) => [`i${index}`, { thread_id: one }]))),
  ndjson: (cells) => cells.map((one) => JSON.stringify({ thread_id: one })).join("\n\n"),
};

describe.each(["csv", "json", "ndjson"] as const)("cutFile() of %s", (format) => {
  test("gives pieces that are the whole when they are read one by one, and number its rows", async () => {
    const wide = fc.array(cell, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(wide, fc.integer({ min: 1, max: 50 }), async (cells, size) => {
        // So many records that there are several pieces.
        const text = files[format](Array.from({ length: 2500 }, (_, index) => cells[index % cells.length] ?? ""));
        const pieces = await cut(text, format, size * 1000 + 1);
        expect(pieces.length).toBe(3);
        const sessions = pieces.flatMap(({ body, firstRow }) => read[format](body, firstRow).sessions);
        expect(sessions).toEqual(read[format](text, 1).sessions);
      }),
      { numRuns: 15 },
    );
  });

  test("keeps a small file as it is, whatever the chunks", async () => {
    const text = files[format](["🚀", 'a"b', "\n"]);
    for (const size of [1, 2, 3, 1000]) expect(await cut(text, format, size)).toEqual([{ body: text, firstRow: 1 }]);
  });

  test("cuts by size too", async () => {
    const pieces = await cut(files[format](Array.from({ length: 30 }, () => "x".repeat(100_000))), format, 65_536);
    expect(pieces.length).toBeGreaterThan(3);
    for (const { body } of pieces) expect(body.length).toBeLessThan(1_000_000);
  });
});

test("cutFile() hands on what is broken, for the server to say so", async () => {
  expect(await cut('{"a":{"x":1},"b":', "json")).toEqual([{ body: '{"a":{"x":1},"b":', firstRow: 1 }]);
  expect(await cut("{}{}", "json")).toEqual([{ body: "{}{}", firstRow: 1 }]);
  expect(await cut("", "json")).toEqual([{ body: "", firstRow: 1 }]);
  expect(await cut('[{"x":1}]', "json")).toEqual([{ body: '[{"x":1}]', firstRow: 1 }]);
});
