/**
 * What AWS charges, in US dollars, us-east-1, without free tiers and discounts. Written down from what is generally known
 * and not read off AWS's price pages, which could not be reached: check them before you trust a figure. The dashboard and
 * the cost alarm read this one place; other regions differ by a fifth or so.
 */
export const PRICES_AS_OF = "2026-11-21";

export const prices = {
  /** HTTP API, a request of up to 512 KB. */
  httpRequest: 1.0 / 1e6,
  lambdaInvocation: 0.2 / 1e6,
  /** arm64, a gigabyte of memory for a second. */
  lambdaGigabyteSecond: 0.0000133334,
  /** On demand, an item of up to 1 KB; each index that holds the item is written too. */
  dynamoWriteUnit: 0.625 / 1e6,
  /** On demand, 4 KB strongly consistent, 8 KB otherwise. */
  dynamoReadUnit: 0.125 / 1e6,
  dynamoGigabyteMonth: 0.25,
  /** PUT, COPY, POST, LIST; deletions are free. */
  s3Write: 0.005 / 1000,
  /** GET, HEAD and the rest. */
  s3Read: 0.0004 / 1000,
  s3GigabyteMonth: 0.023,
  /** A message costs three of them: sent, received, deleted. */
  sqsRequest: 0.4 / 1e6,
  /** S3's Object Created events through EventBridge. */
  eventBridgeEvent: 1.0 / 1e6,
  logGigabyte: 0.5,
  /** Traces recorded by X-Ray. */
  trace: 5.0 / 1e6,
  /** To the internet, the first 10 TB a month. */
  transferOutGigabyte: 0.09,
  customMetricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
} as const;
