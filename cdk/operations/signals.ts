import { Duration, Fn } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { METRIC_NAMESPACE, type MetricName } from "../../shared/metrics.ts";
import type { CubbyFunction } from "../constructs/cubby-function.ts";
import type { DeadLetterQueue } from "../constructs/dead-letter-queue.ts";
import type { SessionTable } from "../constructs/session-table.ts";
import type { Stage } from "../stage.ts";
import { type FunctionName, table as tableTopology } from "../topology.ts";
import { prices } from "./prices.ts";

/** What there is to watch of a stage. */
export interface Watched {
  readonly stage: Stage;
  readonly functions: Record<FunctionName, CubbyFunction>;
  readonly apiId: string;
  readonly table: SessionTable;
  readonly bucket: IBucket;
  readonly conversions: Queue;
  readonly dead: readonly DeadLetterQueue[];
}

export const FIVE_MINUTES = Duration.minutes(5);
export const DAY = Duration.days(1);

/** Every metric that the dashboard draws or an alarm watches, by name, so that both mean the same by it. */
export class Signals {
  readonly watched: Watched;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  /** One of our own, as `shared/metrics.ts` names them. */
  own(name: MetricName, by: FunctionName, statistic: string = Stats.SUM, period = FIVE_MINUTES): Metric {
    const dimensionsMap = { service: this.#service(by) };
    return new Metric({ namespace: METRIC_NAMESPACE, metricName: name, dimensionsMap, statistic, period });
  }

  /** One of our own for each value of a dimension; for dashboards only, alarms may not search. */
  ownBy(name: MetricName, by: FunctionName, dimension: string): MathExpression {
    const search = `{${METRIC_NAMESPACE},${dimension},service} MetricName="${name}" service="${this.#service(by)}"`;
    return new MathExpression({ expression: `SEARCH('${search}', 'Sum')`, label: "", period: FIVE_MINUTES });
  }

  /** The name under which a function counts. */
  #service(by: FunctionName): string {
    return `cubby-${this.watched.stage.name}-${by}`;
  }

  http(metricName: "Count" | "4xx" | "5xx" | "Latency", statistic: string = Stats.SUM, period = FIVE_MINUTES): Metric {
    const dimensionsMap = { ApiId: this.watched.apiId };
    return new Metric({ namespace: "AWS/ApiGateway", metricName, dimensionsMap, statistic, period });
  }

  lambda(metricName: string, of: FunctionName, statistic: string = Stats.SUM, period = FIVE_MINUTES): Metric {
    return this.watched.functions[of].function.metric(metricName, { statistic, period, label: of });
  }

  /** The functions' metric, one line each. */
  lambdas(metricName: string, statistic: string = Stats.SUM): Metric[] {
    return this.names.map((name) => this.lambda(metricName, name, statistic));
  }

  /** Starts that Lambda refused, of all functions. */
  get refusedStarts(): MathExpression {
    return sum("starts", this.lambdas("Throttles"), "refused starts");
  }

  /** Requests that DynamoDB refused, of the table and its indexes, reading or writing. */
  get refusedRequests(): MathExpression {
    const places = [undefined, ...Object.keys(tableTopology.indexes)];
    const metrics = places.flatMap((index) =>
      ["ReadThrottleEvents", "WriteThrottleEvents"].map((name) => this.dynamo(name, index)),
    );
    return sum("requests", metrics, "refused by the table");
  }

  get names(): FunctionName[] {
    return Object.keys(this.watched.functions) as FunctionName[];
  }

  /** Records of the table's stream that somebody read; of nobody, while its trigger is off. */
  get streamReads(): Metric {
    const { tableName, tableStreamArn = "" } = this.watched.table.table;
    // arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>
    const StreamLabel = Fn.select(3, Fn.split("/", tableStreamArn));
    const dimensionsMap = { TableName: tableName, Operation: "GetRecords", StreamLabel };
    const metricName = "ReturnedRecordsCount";
    return new Metric({
      namespace: "AWS/DynamoDB",
      metricName,
      dimensionsMap,
      statistic: Stats.SUM,
      period: FIVE_MINUTES,
    });
  }

  /** Waiting conversions: how many, or how old the oldest is, in seconds. */
  queue(metricName: "ApproximateNumberOfMessagesVisible" | "ApproximateAgeOfOldestMessage"): Metric {
    return this.watched.conversions.metric(metricName, { statistic: Stats.MAXIMUM, period: FIVE_MINUTES });
  }

  /** Capacity units, or requests that were refused for want of them; of the table itself or one of its indexes. */
  dynamo(metricName: string, index?: string, period = FIVE_MINUTES): Metric {
    const dimensionsMap = {
      TableName: this.watched.table.table.tableName,
      ...(index !== undefined && { GlobalSecondaryIndexName: index }),
    };
    const label = index ?? "table";
    return new Metric({
      namespace: "AWS/DynamoDB",
      metricName,
      dimensionsMap,
      statistic: Stats.SUM,
      period,
      label,
    });
  }

  /** S3 counts once a day, and shows the figure the day after. */
  stored(metricName: "BucketSizeBytes" | "NumberOfObjects"): Metric {
    const StorageType = metricName === "BucketSizeBytes" ? "StandardStorage" : "AllStorageTypes";
    return new Metric({
      namespace: "AWS/S3",
      metricName,
      dimensionsMap: { BucketName: this.watched.bucket.bucketName, StorageType },
      statistic: Stats.AVERAGE,
      period: DAY,
    });
  }

  /**
   * Dollars a day, by the price table: requests, the four functions that take the time, the table with its indexes, and
   * bytes stored. CloudWatch lets an alarm look at ten metrics; S3's requests, which it does not count for free, logs and
   * transfer are left out.
   */
  get dollarsPerDay(): MathExpression {
    const costly = ["api", "convert", "query", "archive"] as const;
    const lambda = costly.map((name) => [`${name}Ms`, this.lambda("Duration", name, Stats.SUM, DAY)] as const);
    const writes = ["table", ...Object.keys(tableTopology.indexes)].map((name, at) => {
      const index = name === "table" ? undefined : name;
      return [`writes${at}`, this.dynamo("ConsumedWriteCapacityUnits", index, DAY)] as const;
    });
    const gigabyteMs = costly.map(
      (name) => `FILL(${name}Ms, 0) * ${this.watched.functions[name].topology.memoryMb / 1024}`,
    );
    const terms = [
      `FILL(requests, 0) * ${toPlain(prices.httpRequest.dollars + prices.lambdaInvocation.dollars)}`,
      `(${gigabyteMs.join(" + ")}) / 1000 * ${toPlain(prices.lambdaGigabyteSecond.dollars)}`,
      `(${writes.map(([id]) => `FILL(${id}, 0)`).join(" + ")}) * ${toPlain(prices.dynamoWriteUnit.dollars)}`,
      `FILL(reads, 0) * ${toPlain(prices.dynamoReadUnit.dollars)}`,
      `FILL(bytes, 0) / 1073741824 * ${toPlain(prices.s3GigabyteMonth.dollars / 30)}`,
    ];
    return new MathExpression({
      expression: terms.join(" + "),
      usingMetrics: {
        requests: this.http("Count", Stats.SUM, DAY),
        reads: this.dynamo("ConsumedReadCapacityUnits", undefined, DAY),
        bytes: this.stored("BucketSizeBytes"),
        ...Object.fromEntries([...lambda, ...writes]),
      },
      label: "US dollars a day",
      period: DAY,
    });
  }
}

/** `id` tells its terms from others' on the same graph. A metric without a value counts as 0. */
function sum(id: string, metrics: readonly IMetric[], label: string): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, at) => [`${id}${at}`, metric]));
  const terms = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: terms.join(" + "), usingMetrics, label, period: FIVE_MINUTES });
}

/** CloudWatch's expressions know no exponents. */
function toPlain(value: number): string {
  return value.toFixed(12);
}
