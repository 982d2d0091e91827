/** What goes to the engines, in the units in which AWS bills it. */
import { dynamoOperation, s3Operation } from "./operation-names.ts";
import type { SeenRequest } from "./counting-proxy.ts";

/** What some piece of work took of table and bucket. */
export interface EngineUse {
  /** Requests by their names. */
  operations: Record<string, number>;
  readUnits: number;
  /** Write units by what was written: `table`, or an index's name. */
  writeUnits: Record<string, number>;
  /** PUT, COPY, POST and LIST. */
  s3Writes: number;
  s3Reads: number;
  /** Objects made or deleted, each of which S3 tells EventBridge. */
  s3Events: number;
}

export function noUse(): EngineUse {
  return { operations: {}, readUnits: 0, writeUnits: {}, s3Writes: 0, s3Reads: 0, s3Events: 0 };
}

const reading = new Set(["GetItem", "BatchGetItem", "Query", "DescribeTable"]);

/** Has the table say what a request took; the engine counts it as DynamoDB does, indexes by themselves. */
export function askForCapacity(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), ReturnConsumedCapacity: "INDEXES" });
}

interface Capacity {
  CapacityUnits?: number;
  Table?: { CapacityUnits: number };
  GlobalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
}

export function noteDynamo(use: EngineUse, { message, answered }: SeenRequest): void {
  const name = dynamoOperation(message);
  add(use.operations, name, 1);
  const { ConsumedCapacity } = JSON.parse(answered || "{}") as { ConsumedCapacity?: Capacity | Capacity[] };
  // A write whose condition fails is billed too, and says nothing of it.
  const consumed = ConsumedCapacity === undefined ? [{ CapacityUnits: 1 }] : [ConsumedCapacity].flat();
  for (const { CapacityUnits = 0, Table, GlobalSecondaryIndexes = {} } of consumed) {
    if (reading.has(name)) {
      use.readUnits += CapacityUnits;
      continue;
    }
    add(use.writeUnits, "table", Table?.CapacityUnits ?? CapacityUnits);
    for (const [index, units] of Object.entries(GlobalSecondaryIndexes)) {
      add(use.writeUnits, index, units.CapacityUnits);
    }
  }
}

const makesObject = new Set(["PutObject", "CopyObject", "PostObject", "POST upload"]);
const free = new Set(["DeleteObject", "DeleteObjects", "DELETE upload"]);
const s3Writing = new Set([
  ...makesObject,
  "PUT upload",
  "CreateMultipartUpload",
  "ListObjectsV2",
  "ListMultipartUploads",
]);

export function noteS3(use: EngineUse, { message, sent }: SeenRequest): void {
  const name = s3Operation(message);
  add(use.operations, name, 1);
  if (makesObject.has(name) || name === "DeleteObject") use.s3Events++;
  if (name === "DeleteObjects") use.s3Events += sent.split("<Key>").length - 1;
  if (s3Writing.has(name)) use.s3Writes++;
  else if (!free.has(name)) use.s3Reads++;
}

function add(counts: Record<string, number>, name: string, value: number): void {
  counts[name] = (counts[name] ?? 0) + value;
}
