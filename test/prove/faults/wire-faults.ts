/** What happens to single calls on their way to the engines and back. */
import type { Fault } from "./fault.ts";
import type { Call } from "./fault-proxy.ts";
import { wireFault } from "./people-at-work.ts";
import * as strikes from "./strikes.ts";

const { refuse, forget } = strikes;
const hasBody = ({ body }: Call) => body.length > 1;

/** What both engines can meet with, under the name that people have for each. */
const ofBoth: Fault[] = (
  [
    ["s3", "S3", "InternalError"],
    ["dynamodb", "DynamoDB", "InternalServerError"],
  ] as const
).flatMap(([engine, name, internal]) => [
  wireFault({ engine, name: `${name}: 500 before the effect`, strike: refuse(500, internal) }),
  wireFault({ engine, name: `${name}: 500 after the effect`, strike: forget(500, internal) }),
  wireFault({ engine, name: `${name}: 503 with a balancer's page`, strike: strikes.page }),
  wireFault({ engine, name: `${name}: connection reset before the effect`, strike: strikes.resetBefore }),
  wireFault({ engine, name: `${name}: request cut off half-way`, strike: strikes.resetDuring, isHit: hasBody }),
  wireFault({ engine, name: `${name}: connection reset after the effect`, strike: strikes.resetAfter }),
  wireFault({ engine, name: `${name}: answer cut off half-way`, strike: strikes.cutAnswer }),
]);

export const wireFaults: Fault[] = [
  ...ofBoth,
  wireFault({ engine: "s3", name: "S3: 503 SlowDown before the effect", strike: refuse(503, "SlowDown") }),
  wireFault({ engine: "s3", name: "S3: 503 SlowDown after the effect", strike: forget(503, "SlowDown") }),
  wireFault({
    ...{ engine: "dynamodb", name: "DynamoDB: ProvisionedThroughputExceededException" },
    strike: refuse(400, "ProvisionedThroughputExceededException"),
  }),
  wireFault({ engine: "dynamodb", name: "DynamoDB: ThrottlingException", strike: refuse(400, "ThrottlingException") }),
];
