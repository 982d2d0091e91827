import { Metrics } from "@aws-lambda-powertools/metrics";

/** Counters in CloudWatch's embedded metric format: lines on standard output, no request of their own. */
export function createMetrics(serviceName: string): Metrics {
  return new Metrics({ namespace: "Cubby", serviceName });
}
