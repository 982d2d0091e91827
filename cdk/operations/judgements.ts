/** What several signals say together; alarms watch these. CloudWatch takes no more than ten metrics for each. */
import { Duration } from "aws-cdk-lib";
import { MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { DAY, FIVE_MINUTES, type Signals } from "./signals.ts";

/**
 * Of all requests, how many in a hundred ended with 5xx; 0 while fewer than five did, for one says little. On a stage
 * with few callers that is enough to hear that all of them fail.
 */
export function failedShare(signals: Signals): MathExpression {
  const usingMetrics = { requests: signals.http("Count"), failed: signals.http("5xx") };
  const expression = "IF(failed >= 5, 100 * failed / requests, 0)";
  return new MathExpression({ expression, usingMetrics, label: "requests with 5xx in %", period: FIVE_MINUTES });
}

/** Of the files of an hour, how many in a hundred became no tables; 0 while there are too few to say. */
export function failedConversions(signals: Signals): MathExpression {
  const hour = Duration.hours(1);
  const usingMetrics = {
    failed: signals.own("FilesFailed", "convert", Stats.SUM, hour),
    converted: signals.own("FilesConverted", "convert", Stats.SUM, hour),
  };
  const expression = "IF(failed + converted >= 20, 100 * failed / (failed + converted), 0)";
  return new MathExpression({ expression, usingMetrics, label: "failed files in %", period: hour });
}

/** 1 while the table is written and nobody reads its stream: of a trigger that is off Lambda tells no age. */
export function unreadStream(signals: Signals): MathExpression {
  const usingMetrics = { written: signals.dynamo("ConsumedWriteCapacityUnits"), read: signals.streamReads };
  const expression = "IF(FILL(written, 0) > 0 AND FILL(read, 0) < 1, 1, 0)";
  return new MathExpression({ expression, usingMetrics, label: "stream is unread", period: FIVE_MINUTES });
}

/**
 * Bytes that the bucket grew in a day in which about as many sessions ended as began; 0 on any other day. A tenth more
 * began on many an honest day; people end sessions by the API, time ends them by the sweep.
 */
export function growthWithoutSessions(signals: Signals): MathExpression {
  return new MathExpression({
    expression: "IF(FILL(created, 0) <= 1.1 * (FILL(swept, 0) + FILL(deleted, 0)), DIFF(bytes), 0)",
    usingMetrics: {
      bytes: signals.stored("BucketSizeBytes"),
      created: signals.own("SessionsCreated", "api", Stats.SUM, DAY),
      swept: signals.own("SessionsEnded", "sweep", Stats.SUM, DAY),
      deleted: signals.own("SessionsEnded", "api", Stats.SUM, DAY),
    },
    label: "growth without sessions, bytes",
    period: DAY,
  });
}
