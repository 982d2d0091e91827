/** A process of its own, so that a workbook that hangs or breaks it costs that workbook only: see `main.ts`. */
import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";
import { loadWorkbook } from "../../../shared/tables/xlsx/load-workbook.ts";
import { type Cell, describeCell, type SheetCells } from "../../support/workbooks/cells.ts";
import { readWithCubby } from "../../support/workbooks/read-with-cubby.ts";
import { judgeCell } from "../../support/workbooks/judge-cell.ts";
import type { Comparison, WorkerAnswer, WorkerRequest } from "./protocol.ts";

let read = new Map<string, SheetCells>();

process.on("message", (request: WorkerRequest) => void answer(request));

async function answer(request: WorkerRequest): Promise<void> {
  try {
    if ("read" in request) send({ seconds: await readAll(request.read) });
    else if ("load" in request) send({ seconds: await loadAll(request.load) });
    else send({ comparison: await compare(request.compare) });
  } catch (error) {
    send({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}

function send(answer: WorkerAnswer): void {
  process.send?.(answer);
}

async function readAll(path: string): Promise<number> {
  const started = performance.now();
  read = await readWithCubby(path);
  return (performance.now() - started) / 1_000;
}

/** Makes tables of a workbook, as a conversion does, its loss check included. */
async function loadAll(localPath: string): Promise<number> {
  const started = performance.now();
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  let tables = 0;
  const nameTable = () => `table_${tables++}`;
  try {
    await loadWorkbook(connection, { localPath, nameTable, temporaryDirectory: tmpdir() });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return (performance.now() - started) / 1_000;
}

/** Compares what was read last with the cells that the other reader wrote into a file. */
async function compare(path: string): Promise<Comparison> {
  const comparison: Comparison = { cells: 0, verdicts: {} };
  const unseen = new Set(read.keys());
  let name = "";
  let seen = new Set<number>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const parsed = JSON.parse(line) as { sheet: string } | [number, ...[number, Cell["kind"], Cell["value"]][]];
    if (Array.isArray(parsed)) {
      const [row, ...cells] = parsed;
      for (const [column, kind, value] of cells) {
        seen.add(placeOf(row, column));
        note(comparison, name, row, column, read.get(name)?.find(row, column), { kind, value });
      }
    } else {
      noteOnlyOurs(comparison, name, seen);
      name = parsed.sheet;
      unseen.delete(name);
      seen = new Set();
    }
  }
  noteOnlyOurs(comparison, name, seen);
  for (const sheet of unseen) noteOnlyOurs(comparison, sheet, new Set());
  return comparison;
}

function noteOnlyOurs(comparison: Comparison, sheet: string, seen: Set<number>): void {
  const cells = read.get(sheet);
  for (const [row, column] of cells?.places() ?? [])
    if (!seen.has(placeOf(row, column))) note(comparison, sheet, row, column, cells?.find(row, column), undefined);
}

function note(
  comparison: Comparison,
  sheet: string,
  row: number,
  column: number,
  ours: Cell | undefined,
  theirs: Cell | undefined,
): void {
  comparison.cells++;
  const verdict = judgeCell(ours, theirs);
  const place = `${sheet}!R${row}C${column + 1}`;
  const example = verdict === "identical" ? "" : `${place}: ${describeCell(ours)} | ${describeCell(theirs)}`;
  comparison.verdicts[verdict] ??= { cells: 0, example };
  comparison.verdicts[verdict].cells++;
}

function placeOf(row: number, column: number): number {
  return row * 16_384 + column;
}
