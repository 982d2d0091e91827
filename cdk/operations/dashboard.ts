import { Duration } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  Row,
  SingleValueWidget,
  Stats,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { table as tableTopology } from "../topology.ts";
import { PRICES_AS_OF } from "./prices.ts";
import { requestLines, routeFigures } from "./queries.ts";
import type { Signals } from "./signals.ts";

export interface OperationsDashboardProps {
  readonly signals: Signals;
  readonly alarms: readonly Alarm[];
}

/** Of the dashboard's 24 columns. */
const THIRD = 8;
const HALF = 12;
const FULL = 24;

/**
 * One screen, a question a row: are users served, do sessions end on time, do conversions flow, are the functions well,
 * what does it cost. The first thing on it is which alarms ring.
 */
export class OperationsDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { signals, alarms }: OperationsDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, "Dashboard", {
      dashboardName: `cubby-${signals.watched.stage.name}`,
      defaultInterval: Duration.hours(12),
    });
    const rows: [question: string, ...widgets: IWidget[]][] = [
      ["Does anything ring?", new AlarmStatusWidget({ title: "", alarms: [...alarms], width: FULL, height: 4 })],
      ["Are users served?", ...serving(signals)],
      ["Do sessions end on time?", ...ending(signals)],
      ["Do conversions flow?", ...converting(signals)],
      ["Are the functions well?", ...functions(signals)],
      [`What does it cost? By prices of ${PRICES_AS_OF}, us-east-1.`, ...costs(signals)],
    ];
    for (const [question, ...widgets] of rows) {
      this.dashboard.addWidgets(new TextWidget({ markdown: `## ${question}`, width: FULL, height: 1 }));
      this.dashboard.addWidgets(new Row(...widgets));
    }
  }
}

function serving(signals: Signals): IWidget[] {
  const { api } = signals.watched.functions;
  return [
    graph("Requests, and those that failed", [
      signals.http("Count").with({ label: "requests" }),
      signals.http("4xx").with({ label: "4xx: the caller's" }),
      signals.http("5xx").with({ label: "5xx: ours" }),
    ]),
    graph("Answer times, ms", [
      signals.http("Latency", "p50").with({ label: "p50" }),
      signals.http("Latency", "p95").with({ label: "p95" }),
      signals.http("Latency", "p99").with({ label: "p99" }),
    ]),
    new LogQueryWidget({
      title: "By route",
      logGroupNames: [api.logGroup.logGroupName],
      view: LogQueryVisualizationType.TABLE,
      queryLines: [`filter ${requestLines}`, `stats ${routeFigures}`, "sort requests desc", "limit 20"],
      width: THIRD,
      height: 6,
    }),
  ];
}

function ending(signals: Signals): IWidget[] {
  return [
    graph(
      "Due and not ended",
      [signals.own("SessionsStillDue", "sweep", Stats.MAXIMUM).with({ label: "sessions after the sweep" })],
      [signals.own("OldestDue", "sweep", Stats.MAXIMUM).with({ label: "oldest, seconds" })],
    ),
    graph("Ended, by reason", [signals.ownBy("SessionsEndedByReason", "sweep", "reason")]),
    graph(
      "Second net: the table's stream",
      [signals.lambda("IteratorAge", "purge", Stats.MAXIMUM).with({ label: "purge is behind, ms" })],
      [
        signals.own("LeftoverObjects", "purge").with({ label: "objects it found" }),
        signals.own("PurgeErrors", "purge").with({ label: "errors" }),
      ],
    ),
    graph(
      "Sweeps",
      [signals.own("SweepDuration", "sweep", Stats.MAXIMUM).with({ label: "duration, ms" })],
      [
        signals.own("SweepErrors", "sweep").with({ label: "errors" }),
        signals.own("OrphanedObjects", "sweep").with({ label: "orphans removed" }),
        signals.own("MissingObjects", "sweep").with({ label: "objects missing" }),
      ],
    ),
  ];
}

function converting(signals: Signals): IWidget[] {
  return [
    graph(
      "Waiting",
      [signals.queue("ApproximateNumberOfMessagesVisible").with({ label: "sessions" })],
      [signals.queue("ApproximateAgeOfOldestMessage").with({ label: "oldest, seconds" })],
    ),
    graph(
      "Files",
      [
        signals.own("FilesConverted", "convert").with({ label: "converted" }),
        signals.own("FilesFailed", "convert").with({ label: "failed" }),
      ],
      [
        signals.own("ConversionDuration", "convert", "p50").with({ label: "p50 of a call, ms" }),
        signals.own("ConversionDuration", "convert", "p99").with({ label: "p99 of a call, ms" }),
      ],
    ),
    graph("Failed, by reason", [signals.ownBy("FilesFailedByReason", "convert", "reason")]),
  ];
}

function functions(signals: Signals): IWidget[] {
  const { dead } = signals.watched;
  return [
    graph("Errors", signals.lambdas("Errors")),
    graph("Durations, p99, ms", signals.lambdas("Duration", "p99")),
    graph("Concurrent, and refused", signals.lambdas("ConcurrentExecutions", Stats.MAXIMUM), [
      signals.refusedStarts,
      signals.refusedRequests,
    ]),
    graph(
      "Dead letters",
      dead.map(({ alarm }) => alarm.metric),
    ),
  ];
}

function costs(signals: Signals): IWidget[] {
  const indexes = Object.keys(tableTopology.indexes);
  return [
    new SingleValueWidget({
      title: "US dollars a day: requests, functions, table, bytes",
      metrics: [signals.dollarsPerDay],
      period: Duration.days(1),
      width: HALF,
      height: 4,
    }),
    new SingleValueWidget({
      title: "Stored",
      metrics: [signals.stored("BucketSizeBytes"), signals.stored("NumberOfObjects")],
      period: Duration.days(1),
      width: HALF,
      height: 4,
    }),
    graph(
      "Capacity units read",
      [undefined, ...indexes].map((index) => signals.dynamo("ConsumedReadCapacityUnits", index)),
    ),
    graph(
      "Capacity units written",
      [undefined, ...indexes].map((index) => signals.dynamo("ConsumedWriteCapacityUnits", index)),
    ),
    graph("Function time, ms", signals.lambdas("Duration")),
  ];
}

function graph(title: string, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({
    title,
    left,
    right,
    width: THIRD,
    height: 6,
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
  });
}
