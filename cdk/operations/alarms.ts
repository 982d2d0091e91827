import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { failedConversions, failedShare, growthWithoutSessions, unreadStream } from "./judgements.ts";
import { runbookLink } from "./runbook-link.ts";
import type { Signals } from "./signals.ts";

interface AlarmRule {
  /** Name of the alarm after the stage, and of its paragraph in the runbook. */
  readonly subject: string;
  /** What it means, for whoever reads it on a phone at night. */
  readonly meaning: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Of the last `of` periods, `bad` have to be over the threshold. */
  readonly bad: number;
  readonly of: number;
  /** No data is the thing to be told about. */
  readonly silenceIsBad?: boolean;
  readonly below?: boolean;
}

const GIGABYTE = 1024 ** 3;

/**
 * The alarms beside those of the dead-letter queues: each is work for a person now, or it would not be here. Thresholds
 * are for users' sake, not for the machines': a slow function that nobody waits for rings no bell.
 */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, signals: Signals) {
    super(scope, id);
    this.alarms = rulesOf(signals).map((rule) => this.#add(rule, signals.watched.stage.name));
  }

  #add({ subject, meaning, metric, threshold, bad, of, silenceIsBad, below }: AlarmRule, stage: string): Alarm {
    return new Alarm(this, subject, {
      alarmName: `cubby-${stage}-${subject}`,
      alarmDescription: `${meaning} What to do: ${runbookLink(subject)}`,
      metric,
      threshold,
      comparisonOperator: below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: bad,
      evaluationPeriods: of,
      treatMissingData: silenceIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}

function rulesOf(signals: Signals): AlarmRule[] {
  const { dollarsPerDay } = signals.watched.stage.options.alarms;
  return [
    {
      subject: "server-errors",
      meaning: "More than 2 % of requests, and at least five in five minutes, end with 5xx.",
      metric: failedShare(signals),
      threshold: 2,
      bad: 2,
      of: 3,
    },
    {
      subject: "slow-answers",
      meaning: "One request in a hundred takes longer than 15 seconds; the gateway gives up at 30.",
      metric: signals.http("Latency", "p99"),
      threshold: 15_000,
      bad: 3,
      of: 3,
    },
    {
      subject: "throttled-functions",
      meaning: "Lambda refuses to start functions: the account's concurrency is used up.",
      metric: signals.refusedStarts,
      threshold: 0,
      bad: 3,
      of: 3,
    },
    {
      subject: "throttled-table",
      meaning: "DynamoDB refuses requests: a partition of the table or of an index is too hot.",
      metric: signals.refusedRequests,
      threshold: 10,
      bad: 2,
      of: 3,
    },
    {
      subject: "sessions-late",
      meaning: "A session should have ended more than 15 minutes ago and is still there.",
      metric: signals.own("OldestDue", "sweep", Stats.MAXIMUM),
      threshold: 15 * 60,
      bad: 2,
      of: 2,
    },
    {
      subject: "sweep-silent",
      meaning: "No sweep has completed for 20 minutes. Nobody sees an expired session, but nothing is removed either.",
      metric: signals.own("SweepDuration", "sweep", Stats.SAMPLE_COUNT),
      threshold: 1,
      below: true,
      bad: 4,
      of: 4,
      silenceIsBad: true,
    },
    {
      subject: "purge-late",
      meaning: "Removals of sessions wait in the table's stream for more than 15 minutes; after a day they are lost.",
      metric: signals.lambda("IteratorAge", "purge", Stats.MAXIMUM),
      threshold: 15 * 60_000,
      bad: 2,
      of: 2,
    },
    {
      subject: "purge-off",
      meaning: "Nobody reads the table's stream: what removals leave behind is not looked for.",
      metric: unreadStream(signals),
      threshold: 0,
      bad: 3,
      of: 3,
    },
    {
      subject: "objects-missing",
      meaning: "A file is listed whose object is not in the bucket: something outside Cubby removed it.",
      metric: signals.own("MissingObjects", "sweep"),
      threshold: 0,
      bad: 1,
      of: 1,
    },
    {
      subject: "conversions-late",
      meaning: "A session has waited for the conversion of its files for more than 15 minutes.",
      metric: signals.queue("ApproximateAgeOfOldestMessage"),
      threshold: 15 * 60,
      bad: 2,
      of: 2,
    },
    {
      subject: "conversions-failing",
      meaning: "More than half of the files of an hour became no tables.",
      metric: failedConversions(signals),
      threshold: 50,
      bad: 1,
      of: 1,
    },
    {
      subject: "storage-growth",
      meaning: "The bucket grew by more than 5 GB on a day on which sessions did not: something is not removed.",
      metric: growthWithoutSessions(signals),
      threshold: 5 * GIGABYTE,
      bad: 1,
      of: 1,
    },
    {
      subject: "cost-pace",
      meaning: `The stage costs more than the ${dollarsPerDay} dollars a day of its option alarms.dollarsPerDay.`,
      metric: signals.dollarsPerDay,
      threshold: dollarsPerDay,
      bad: 1,
      of: 1,
    },
  ];
}
