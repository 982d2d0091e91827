import { Duration, Validations } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { runbookLink } from "../operations/runbook-link.ts";
import type { Stage } from "../stage.ts";

export interface DeadLetterQueueProps {
  readonly stage: Stage;
  /** What the messages are about, as in `cubby-dev-<subject>-dead`. */
  readonly subject: string;
  /** What it means that one lies here, for whoever the alarm wakes. */
  readonly meaning: string;
}

/** A queue for what could not be done, with the alarm that says so: a message in here is always work for a person. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { stage, subject, meaning }: DeadLetterQueueProps) {
    super(scope, id);
    const queueName = `cubby-${stage.name}-${subject}-dead`;
    this.queue = new Queue(this, "Queue", {
      queueName,
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.queue).acknowledge({
      id: "AwsSolutions-SQS3",
      reason: "It is a dead-letter queue, though of a schedule or a stream, where the rule looks for queues only.",
    });
    Validations.of(this.queue).acknowledge({
      id: "Serverless::Serverless-SQSRedrivePolicy",
      reason: "It is the dead-letter queue: behind it there is only a person, whom the alarm below calls.",
    });
    this.alarm = new Alarm(this, "Alarm", {
      alarmName: queueName,
      alarmDescription: `${meaning} What to do: ${runbookLink(`${subject}-dead`)}`,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: "Maximum",
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING, // SQS stops reporting on a queue that nobody uses
    });
  }
}
