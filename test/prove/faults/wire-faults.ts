/** What happens to single calls on their way to the engines and back. */
import type { Fault } from "./fault.ts";
import type { Call, EngineName, Strike } from "./fault-proxy.ts";
import { leaveUnprocessed, refuseSomeKeys, rememberIndexes } from "./partial-strikes.ts";
import { type WireFault, wireFault } from "./people-at-work.ts";
import * as strikes from "./strikes.ts";

const { refuse, forget } = strikes;
const hasBody = ({ body }: Call) => body.length > 1;
const isWrite = ({ operation }: Call) => operation === "PutObject" || operation === "DeleteObjects";
const isBulkDelete = ({ operation }: Call) => operation === "DeleteObjects";

function wire(engine: EngineName, what: string, strike: Strike, more: Partial<WireFault> = {}): Fault {
  const name = `${engine === "s3" ? "S3" : "DynamoDB"}: ${what}`;
  return wireFault({ engine, name, strike: () => strike, ...more });
}

/** What both engines can meet with, the first under the name that each has for it. */
function ofBoth(engine: EngineName, internal: string): Fault[] {
  return [
    wire(engine, "500 before the effect", refuse(500, internal)),
    wire(engine, "500 after the effect", forget(500, internal)),
    wire(engine, "a load balancer's 503", strikes.page),
    wire(engine, "connection reset before the effect", strikes.resetBefore),
    wire(engine, "request cut off half-way", strikes.resetDuring, { isHit: hasBody }),
    wire(engine, "connection reset after the effect", strikes.resetAfter),
    wire(engine, "answer cut off half-way", strikes.cutAnswer),
    wire(engine, "answers after two seconds", strikes.delay(2000), { atMost: 2 }),
    wire(engine, "never answers", strikes.silent, { atMost: 1 }),
  ];
}

export const wireFaults: Fault[] = [
  ...ofBoth("s3", "InternalError"),
  wire("s3", "503 SlowDown before the effect", refuse(503, "SlowDown")),
  wire("s3", "503 SlowDown after the effect", forget(503, "SlowDown")),
  wire("s3", "a bit of an object flipped on its way to us", strikes.flipAnswer(), {
    isHit: ({ operation }) => operation === "GetObject",
  }),
  wire("s3", "a bit of an object flipped on its way there", strikes.flipRequest, { isHit: isWrite }),
  wireFault({
    ...{ engine: "s3", name: "S3: DeleteObjects refuses some keys inside a 200" },
    ...{ strike: refuseSomeKeys, isHit: isBulkDelete },
  }),
  ...ofBoth("dynamodb", "InternalServerError"),
  wire("dynamodb", "ProvisionedThroughputExceededException", refuse(400, "ProvisionedThroughputExceededException"), {
    atMost: 12,
  }),
  wire("dynamodb", "ThrottlingException", refuse(400, "ThrottlingException"), { atMost: 12 }),
  wireFault({
    ...{ engine: "dynamodb", name: "DynamoDB: BatchWriteItem leaves items unprocessed" },
    ...{ strike: () => leaveUnprocessed, isHit: ({ operation }: Call) => operation === "BatchWriteItem" },
  }),
  wireFault({
    ...{ engine: "dynamodb", name: "DynamoDB: an index answers as it was before" },
    ...rememberIndexes,
  }),
];
