/** The alarms of a template, and whether they ring by what a book of metrics holds. */
import * as z from "zod";
import type { MetricBook, MetricName } from "./metric-book.ts";
import { parseExpression, type Value } from "./metric-math.ts";
import type { Resolve, TemplateJson } from "./resolve-template.ts";

const dimensions = z.array(z.object({ Name: z.string(), Value: z.string() })).default([]);
const single = { MetricName: z.string(), Namespace: z.string(), Dimensions: dimensions };

interface Metric {
  MetricName: string;
  Namespace: string;
  Dimensions?: z.infer<typeof dimensions> | undefined;
}

const term = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  MetricStat: z.object({ Metric: z.object(single), Period: z.number(), Stat: z.string() }).optional(),
  ReturnData: z.boolean().default(true),
});

const alarmProperties = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  ComparisonOperator: z.enum(["GreaterThanThreshold", "LessThanThreshold"]),
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  TreatMissingData: z.enum(["breaching", "notBreaching"]),
  ...z.object({ ...single, Period: z.number(), Statistic: z.string(), ExtendedStatistic: z.string() }).partial().shape,
  Metrics: z.array(term).optional(),
});

/** One metric with what is asked of it. */
export interface Watched extends MetricName {
  readonly statistic: string;
}

export interface AlarmRule {
  /** After the stage's name: the heading of its paragraph in the runbook. */
  readonly subject: string;
  readonly description: string;
  readonly periodSeconds: number;
  /** What it looks at, by the names in its expression. */
  readonly metrics: ReadonlyMap<string, Watched>;
  /** Whether it rings at this moment. */
  rings(book: MetricBook, now: number): boolean;
}

/** All alarms of a template. */
export function alarmsOf(template: TemplateJson, resolve: Resolve, prefix: string): AlarmRule[] {
  const resources = Object.values(template.Resources ?? {}).filter(({ Type }) => Type === "AWS::CloudWatch::Alarm");
  return resources.map(({ Properties }) => toRule(alarmProperties.parse(resolve(Properties)), prefix));
}

function toRule(alarm: z.infer<typeof alarmProperties>, prefix: string): AlarmRule {
  const { expression, metrics, periodSeconds } = signalOf(alarm);
  const compute = parseExpression(expression);
  const isBad = (value: Value) => {
    if (value === undefined) return alarm.TreatMissingData === "breaching";
    return alarm.ComparisonOperator === "GreaterThanThreshold" ? value > alarm.Threshold : value < alarm.Threshold;
  };
  return {
    subject: alarm.AlarmName.slice(prefix.length),
    description: alarm.AlarmDescription,
    periodSeconds,
    metrics,
    rings(book, now) {
      const valueAt = (period: number) =>
        compute((id, ago) => {
          const metric = metrics.get(id);
          if (metric === undefined) throw new Error(`Cannot evaluate "${alarm.AlarmName}": nothing is called "${id}"`);
          const to = now - (period + ago) * periodSeconds;
          return book.statistic(metric, metric.statistic, { from: to - periodSeconds, to });
        });
      const periods = Array.from({ length: alarm.EvaluationPeriods }, (_, period) => valueAt(period));
      return periods.filter(isBad).length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods);
    },
  };
}

/** An alarm on one metric is one on an expression that only names it. */
function signalOf(alarm: z.infer<typeof alarmProperties>) {
  if (alarm.Metrics === undefined) {
    const metric = {
      MetricName: alarm.MetricName ?? "",
      Namespace: alarm.Namespace ?? "",
      Dimensions: alarm.Dimensions,
    };
    const watched = toWatched(metric, alarm.Statistic ?? alarm.ExtendedStatistic ?? "");
    return { expression: "value", metrics: new Map([["value", watched]]), periodSeconds: alarm.Period ?? 0 };
  }
  const metrics = new Map<string, Watched>();
  let periodSeconds = 0;
  for (const { Id, MetricStat } of alarm.Metrics) {
    if (MetricStat === undefined) continue;
    metrics.set(Id, toWatched(MetricStat.Metric, MetricStat.Stat));
    periodSeconds = MetricStat.Period;
  }
  const [result, ...others] = alarm.Metrics.filter(({ ReturnData }) => ReturnData);
  if (result === undefined || others.length > 0) throw new Error(`Cannot read ${alarm.AlarmName}`);
  return { expression: result.Expression ?? result.Id, metrics, periodSeconds };
}

function toWatched({ MetricName, Namespace, Dimensions = [] }: Metric, statistic: string): Watched {
  return {
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
    statistic,
  };
}
