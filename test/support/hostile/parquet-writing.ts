import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { quoteText } from "../../../shared/tables/sql-text.ts";

/** What these statements select, as Parquet, by DuckDB; `options` as its COPY has them. */
export async function writeParquetFiles(
  selects: readonly (readonly [select: string, options: string])[],
): Promise<Buffer[]> {
  const directory = await mkdtemp(join(tmpdir(), "cubby-parquet-"));
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const files: Buffer[] = [];
    for (const [select, options] of selects) {
      const path = join(directory, `${files.length}.parquet`);
      await connection.run(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet, ${options})`);
      files.push(await readFile(path));
    }
    return files;
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The file with another footer: what describes it, in Thrift, without the length and the mark behind it. */
export function withFooter(file: Buffer, change: (footer: Buffer) => Buffer): Buffer {
  const length = file.readUInt32LE(file.length - 8);
  const start = file.length - 8 - length;
  const footer = change(Buffer.from(file.subarray(start, -8)));
  return Buffer.concat([file.subarray(0, start), footer, lengthOf(footer.length), Buffer.from("PAR1")]);
}

export function lengthOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** A number as Thrift's compact protocol has it. */
export function varint(value: bigint): Buffer {
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(left)]);
}

/** Every place at which these bytes stand, or only the first ones, replaced. */
export function replaced(bytes: Buffer, from: Buffer, to: Buffer, most = Number.POSITIVE_INFINITY): Buffer {
  const parts: Buffer[] = [];
  let start = 0;
  for (let found = 0, at = bytes.indexOf(from); at >= 0 && found < most; found++, at = bytes.indexOf(from, start)) {
    parts.push(bytes.subarray(start, at), to);
    start = at + from.length;
  }
  return Buffer.concat([...parts, bytes.subarray(start)]);
}
