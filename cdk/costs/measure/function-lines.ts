import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { FunctionName } from "../../topology.ts";

/** One call of a function, as its own log line tells of it. */
export interface FunctionCall {
  readonly name: FunctionName;
  /** On this machine, waiting for engines and other functions included. */
  readonly milliseconds: number;
  /** Requests of this function alone. */
  readonly requests: { readonly dynamodb: number; readonly s3: number };
}

/** What each function says at the end of a call. */
const lastLine: Partial<Record<FunctionName, string>> = {
  api: "Request",
  convert: "Converted",
  query: "Query",
  archive: "Archive attempt",
};

/** The functions' logs of a host, from where they were last read. */
export interface FunctionLines {
  /** Calls that ended since, once each of `expected` has; throws when they do not. `bytes` is what the log grew by. */
  take(expected: readonly FunctionName[]): Promise<{ calls: FunctionCall[]; bytes: number }>;
}

const PATIENCE_MS = 20_000;

/** Reads a data folder's logs from their present ends on. */
export function readFunctionLines(dataDirectory: string): FunctionLines {
  const names = Object.keys(lastLine) as FunctionName[];
  const offsets = new Map<FunctionName, number>();

  function readNew(name: FunctionName): { lines: Record<string, unknown>[]; bytes: number } {
    const text = readFrom(join(dataDirectory, "logs", `${name}.log`), offsets.get(name) ?? 0);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    offsets.set(name, (offsets.get(name) ?? 0) + Buffer.byteLength(whole));
    const lines = whole.split("\n").filter((line) => line.startsWith("{"));
    return { lines: lines.map((line) => JSON.parse(line)), bytes: Buffer.byteLength(whole) };
  }

  return {
    async take(expected) {
      const calls: FunctionCall[] = [];
      let bytes = 0;
      for (const deadline = Date.now() + PATIENCE_MS; ; ) {
        for (const name of names) {
          const read = readNew(name);
          bytes += read.bytes;
          calls.push(
            ...read.lines.filter(({ message }) => message === lastLine[name]).map((line) => toCall(name, line)),
          );
        }
        const missing = expected.filter(
          (name) => countOf(calls, name) < expected.filter((other) => other === name).length,
        );
        if (missing.length === 0) return { calls, bytes };
        if (Date.now() > deadline) throw new Error(`Cannot measure: no line of ${missing.join(", ")} in the log`);
        await pause(10);
      }
    },
  };
}

function countOf(calls: readonly FunctionCall[], name: FunctionName): number {
  return calls.filter((call) => call.name === name).length;
}

function toCall(name: FunctionName, line: Record<string, unknown>): FunctionCall {
  const { dynamodb = 0, s3 = 0 } = (line.engine_requests ?? {}) as { dynamodb?: number; s3?: number };
  return { name, milliseconds: Number(line.milliseconds), requests: { dynamodb, s3 } };
}

function readFrom(file: string, offset: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return ""; // not called yet
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset));
    readSync(descriptor, bytes, 0, bytes.length, offset);
    return bytes.toString();
  } finally {
    closeSync(descriptor);
  }
}
