/** What the template has of things that cost by the month; a test counts them there. */
export interface FixedCounts {
  /** An alarm costs by the metrics that its expression looks at. */
  readonly alarmMetrics: number;
  /** Each value of a dimension is a metric. */
  readonly customMetrics: number;
}

export const fixedCounts: FixedCounts = { alarmMetrics: 44, customMetrics: 55 };
