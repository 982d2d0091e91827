import { Aws, Duration } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { type IScheduleTarget, Schedule, ScheduleExpression, TimeWindow } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import type { CubbyFunction } from "./cubby-function.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";

export interface SweepScheduleProps {
  readonly stage: Stage;
  readonly target: CubbyFunction;
  readonly everyMinutes: number;
}

/**
 * Calls a function every few minutes. A run that fails is not repeated: the next one begins where it stopped, and two
 * at once would only get into each other's way.
 */
export class SweepSchedule extends Construct {
  readonly dead: DeadLetterQueue;

  constructor(scope: Construct, id: string, { stage, target, everyMinutes }: SweepScheduleProps) {
    super(scope, id);
    this.dead = new DeadLetterQueue(this, "Dead", {
      stage,
      subject: "sweep",
      meaning: "A sweep could not be started or failed. Sessions end late while this goes on.",
    });
    const interval = Duration.minutes(everyMinutes);
    new Schedule(this, "Schedule", {
      scheduleName: `cubby-${stage.name}-sweep`,
      description: target.topology.description,
      schedule: ScheduleExpression.rate(interval),
      timeWindow: TimeWindow.flexible(Duration.minutes(1)),
      target: this.#target(target, interval),
    });
    // The scheduler only hands the event over; what becomes of the run is between Lambda and this queue.
    target.function.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: interval,
      onFailure: new SqsDestination(this.dead.queue),
    });
  }

  /** By hand, because CDK's own target may also invoke every version and alias of the function. */
  #target({ function: { functionArn } }: CubbyFunction, maxAge: Duration): IScheduleTarget {
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
      description: "What the schedule may do",
    });
    const { queueArn } = this.dead.queue;
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queueArn] }));
    return {
      bind: () => ({
        arn: functionArn,
        role,
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: maxAge.toSeconds() },
        deadLetterConfig: { arn: queueArn },
      }),
    };
  }
}
