/**
 * The metrics of AWS's own that alarms and dashboard use, as AWS documents them: read there on 2026-11-22, since a wrong
 * name or dimension is no error anywhere but a metric that never has data.
 */

/** Some metrics of one service that carry the same dimensions. */
export interface DocumentedMetrics {
  readonly namespace: string;
  readonly names: readonly string[];
  /** Sets of dimensions under which they are kept; by any other set CloudWatch finds nothing. */
  readonly dimensions: readonly (readonly string[])[];
  /** Those that say something; `p` stands for percentiles. */
  readonly statistics: readonly string[];
  /** Where a dimension has few values: each that may be asked for. */
  readonly values?: Readonly<Record<string, string>>;
  readonly source: string;
}

const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html";
const DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html";
const S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html";
const HTTP = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html";
const SQS =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html";

const ofTable = [["TableName"], ["GlobalSecondaryIndexName", "TableName"]];

export const documentedMetrics: readonly DocumentedMetrics[] = [
  // An HTTP API's are `4xx` and `5xx`; a REST API's are `4XXError` and `5XXError`.
  {
    namespace: "AWS/ApiGateway",
    names: ["Count", "4xx", "5xx"],
    dimensions: [["ApiId"]],
    statistics: ["Sum"],
    source: HTTP,
  },
  {
    namespace: "AWS/ApiGateway",
    names: ["Latency"],
    dimensions: [["ApiId"]],
    statistics: ["Average", "p"],
    source: HTTP,
  },
  {
    namespace: "AWS/Lambda",
    names: ["Errors", "Throttles"],
    dimensions: [["FunctionName"]],
    statistics: ["Sum"],
    source: LAMBDA,
  },
  {
    namespace: "AWS/Lambda",
    names: ["Duration"],
    dimensions: [["FunctionName"]],
    statistics: ["Sum", "Average", "Maximum", "p"],
    source: LAMBDA,
  },
  {
    namespace: "AWS/Lambda",
    names: ["ConcurrentExecutions", "IteratorAge"],
    dimensions: [["FunctionName"]],
    statistics: ["Maximum"],
    source: LAMBDA,
  },
  {
    namespace: "AWS/DynamoDB",
    names: ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents", "WriteThrottleEvents"],
    dimensions: ofTable,
    statistics: ["Sum"],
    source: DYNAMODB,
  },
  // Of GetRecords on the table's stream: of no other operation, and under the stream's label.
  {
    namespace: "AWS/DynamoDB",
    names: ["ReturnedRecordsCount"],
    dimensions: [["Operation", "StreamLabel", "TableName"]],
    statistics: ["Sum", "Average", "Maximum", "SampleCount"],
    values: { Operation: "GetRecords" },
    source: DYNAMODB,
  },
  {
    namespace: "AWS/SQS",
    names: ["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"],
    dimensions: [["QueueName"]],
    statistics: ["Average", "Maximum", "Sum"],
    source: SQS,
  },
  {
    namespace: "AWS/S3",
    names: ["BucketSizeBytes"],
    dimensions: [["BucketName", "StorageType"]],
    statistics: ["Average"],
    values: { StorageType: "StandardStorage" },
    source: S3,
  },
  {
    namespace: "AWS/S3",
    names: ["NumberOfObjects"],
    dimensions: [["BucketName", "StorageType"]],
    statistics: ["Average"],
    values: { StorageType: "AllStorageTypes" },
    source: S3,
  },
];
