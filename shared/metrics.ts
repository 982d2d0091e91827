import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

export const METRIC_NAMESPACE = "Cubby";

/**
 * Every metric of our own, with its unit: what is emitted, drawn and watched is named here once. AWS counts by itself
 * what its services see (requests, durations, queue ages); these are what only our code knows.
 */
export const metricUnits = {
  // sweep, once each round; SessionsEnded also api, where people end them
  SessionsEnded: MetricUnit.Count,
  SessionsEndedByReason: MetricUnit.Count,
  SessionsStillDue: MetricUnit.Count,
  OldestDue: MetricUnit.Seconds,
  SweepDuration: MetricUnit.Milliseconds,
  SweepErrors: MetricUnit.Count,
  ObjectsRemoved: MetricUnit.Count,
  BytesRemoved: MetricUnit.Bytes,
  ItemsRemoved: MetricUnit.Count,
  ConversionsRestarted: MetricUnit.Count,
  ApprovalsExpired: MetricUnit.Count,
  UploadsAborted: MetricUnit.Count,
  CacheEntriesRemoved: MetricUnit.Count,
  ArchivesRemoved: MetricUnit.Count,
  DatabaseVersionsRemoved: MetricUnit.Count,
  ExportsRemoved: MetricUnit.Count,
  SessionsStamped: MetricUnit.Count,
  OrphanedObjects: MetricUnit.Count,
  MissingObjects: MetricUnit.Count,
  SessionsRecounted: MetricUnit.Count,
  // purge, once a batch
  SessionsExpiredByTtl: MetricUnit.Count,
  SessionsRemovedByHand: MetricUnit.Count,
  LeftoverObjects: MetricUnit.Count,
  LeftoverItems: MetricUnit.Count,
  PurgeErrors: MetricUnit.Count,
  MalformedStreamRecords: MetricUnit.Count,
  // convert, once a call
  FilesConverted: MetricUnit.Count,
  FilesFailed: MetricUnit.Count,
  FilesFailedByReason: MetricUnit.Count,
  ConversionDuration: MetricUnit.Milliseconds,
  // api
  SessionsCreated: MetricUnit.Count,
} as const;

export type MetricName = keyof typeof metricUnits;

/** Counters of one function. */
export interface FunctionMetrics {
  add(name: MetricName, value: number): void;
  /** Of a dimension with a handful of values; CloudWatch bills each value as a metric. */
  addBy(name: MetricName, dimension: Record<string, string>, value: number): void;
  /** Writes what was added as one line; nothing where nothing was. */
  publish(): void;
}

/**
 * Counters in CloudWatch's embedded metric format: lines on standard output, no request of their own. Their one
 * dimension is `service`, the function's own name, which carries the stage: two stages of an account stay apart.
 */
export function createMetrics(functionName: string): FunctionMetrics {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: functionName });
  return {
    add: (name, value) => metrics.addMetric(name, metricUnits[name], value),
    addBy: (name, dimension, value) => {
      const single = metrics.singleMetric();
      single.addDimensions(dimension);
      single.addMetric(name, metricUnits[name], value);
    },
    publish: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
