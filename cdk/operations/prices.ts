/**
 * What AWS charges, in US dollars, us-east-1, without free tiers and discounts. The one table: the dashboard, the cost
 * alarm and `npm run costs` read it. AWS's price pages fill their figures in by script, so each figure was taken from an
 * offer file of AWS's Price List service as others quote it, SKU by SKU, or from a page that names AWS's as its source;
 * `source` says which, with its date. Other regions differ by a fifth or so.
 */
export const PRICES_AS_OF = "2026-11-22";

/** What one unit costs, and from which place in a month's use on it costs less. */
export interface Price {
  readonly dollars: number;
  readonly unit: string;
  readonly source: string;
  /** Ascending: what goes beyond `units` in a month costs `dollars`. */
  readonly beyond?: readonly { readonly units: number; readonly dollars: number }[];
}

/** `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/<offer>/<version>/us-east-1/index.json`. */
function offer(name: string, version: string, sku: string): string {
  return `AWS Price List, offer ${name} ${version}, SKU ${sku}`;
}

const S3 = "20260831092225";
const CLOUDWATCH = "20260831092148";
const DYNAMODB = "aws.amazon.com/dynamodb/pricing/on-demand, as quoted 2026-08-01; offer AmazonDynamoDB 20260831092153";
const LAMBDA =
  "aws.amazon.com/lambda/pricing, arm64, as quoted 2026-05-11; requests also in offer AWSLambda 20260831092318";
const GATEWAY = "docs.aws.amazon.com, whitepaper on API Gateway's private APIs, table 4; as quoted in 2026";
const EVENTS = "aws.amazon.com/eventbridge/pricing (S3's events are 'opt-in data events'); figure as quoted in 2026";

export const prices = {
  /** HTTP API, a request of up to 512 KB. */
  httpRequest: {
    dollars: 1.0 / 1e6,
    unit: "request of up to 512 KB",
    source: GATEWAY,
    beyond: [{ units: 300e6, dollars: 0.9 / 1e6 }],
  },
  lambdaInvocation: { dollars: 0.2 / 1e6, unit: "invocation", source: LAMBDA },
  /** arm64, a gigabyte of memory for a second. */
  lambdaGigabyteSecond: {
    dollars: 0.0000133334,
    unit: "GB-second",
    source: LAMBDA,
    beyond: [
      { units: 7.5e9, dollars: 0.0000120001 },
      { units: 18.75e9, dollars: 0.0000106667 },
    ],
  },
  /** /tmp beyond the 512 MB that are free. */
  lambdaTemporaryGigabyteSecond: {
    dollars: 0.0000000309,
    unit: "GB-second of /tmp",
    source: "AWS Price List, offer AWSLambda 20260819224703 (us-east-2), as quoted 2026-08-21",
  },
  /** On demand, an item of up to 1 KB; each index that holds the item is written too. */
  dynamoWriteUnit: { dollars: 0.625 / 1e6, unit: "write unit", source: DYNAMODB },
  /** On demand, 4 KB strongly consistent, 8 KB otherwise. */
  dynamoReadUnit: { dollars: 0.125 / 1e6, unit: "read unit", source: DYNAMODB },
  dynamoGigabyteMonth: { dollars: 0.25, unit: "GB-month, indexes too", source: DYNAMODB },
  /** Point-in-time recovery, by the size of table and indexes. */
  dynamoBackupGigabyteMonth: { dollars: 0.2, unit: "GB-month of recovery", source: DYNAMODB },
  /** PUT, COPY, POST, LIST; deletions are free. */
  s3Write: {
    dollars: 0.005 / 1000,
    unit: "PUT, COPY, POST or LIST",
    source: offer("AmazonS3", S3, "E9YHNFENF4XQBZR6"),
  },
  /** GET, HEAD and the rest. */
  s3Read: { dollars: 0.0004 / 1000, unit: "GET or HEAD", source: offer("AmazonS3", S3, "ZWQ6Q48CRJXX4FXE") },
  s3GigabyteMonth: {
    dollars: 0.023,
    unit: "GB-month",
    source: offer("AmazonS3", S3, "WP9ANXZGBYYSGJEA"),
    beyond: [
      { units: 51_200, dollars: 0.022 },
      { units: 512_000, dollars: 0.021 },
    ],
  },
  /** A message costs three of them: sent, received, deleted. */
  sqsRequest: { dollars: 0.4 / 1e6, unit: "request", source: "aws.amazon.com/sqs/pricing, as quoted 2026-03-14" },
  /** Each object made or deleted in a bucket that sends its events to EventBridge, whether a rule wants it or not. */
  eventBridgeEvent: { dollars: 1.0 / 1e6, unit: "event", source: EVENTS },
  /** A start of the sweep. */
  scheduledStart: {
    dollars: 1.0 / 1e6,
    unit: "invocation by EventBridge Scheduler",
    source: "AWS Price List, offer AWSEvents 20260831092301, SKU QNGCFAB5SW8AUQEB (us-west-2)",
  },
  logGigabyte: { dollars: 0.5, unit: "GB taken in", source: offer("AmazonCloudWatch", CLOUDWATCH, "S8QGXX5R2BKKMDSJ") },
  logGigabyteMonth: {
    dollars: 0.03,
    unit: "GB-month kept",
    source: offer("AmazonCloudWatch", CLOUDWATCH, "6K9ADYQAHV5KX9KZ"),
  },
  /** Recorded by X-Ray. */
  trace: {
    dollars: 5.0 / 1e6,
    unit: "trace",
    source:
      "aws.amazon.com/xray/pricing, example 1 (48,800 traces at 0.000005), as stored and read 2026-11-22; offer AWSXRay, usage type XRay-TracesStored, could not be had",
  },
  /** To the internet. */
  transferOutGigabyte: {
    dollars: 0.09,
    unit: "GB",
    source: "AWS Price List, offer AWSDataTransfer 20260831121448, SKU HQEH3ZWJVT46JHRG; lower rates as widely quoted",
    beyond: [
      { units: 10_240, dollars: 0.085 },
      { units: 51_200, dollars: 0.07 },
      { units: 153_600, dollars: 0.05 },
    ],
  },
  customMetricMonth: {
    dollars: 0.3,
    unit: "metric",
    source: offer("AmazonCloudWatch", CLOUDWATCH, "KG586CTNGQ4VRZKZ"),
  },
  alarmMonth: {
    dollars: 0.1,
    unit: "metric of an alarm",
    source: offer("AmazonCloudWatch", CLOUDWATCH, "EVETVUGEN3MUTMXM"),
  },
  dashboardMonth: {
    dollars: 3,
    unit: "dashboard",
    // Ours draws 70 metrics; those of up to 50 are `DashboardsUsageHour-Basic`, of which an account has three for nothing.
    source:
      "AWS Price List, offer AmazonCloudWatch, usage type DashboardsUsageHour, as infracost's test of it prints (3.00), seen in November 2026; version and SKU could not be had",
  },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;
