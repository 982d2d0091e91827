import { Aws } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";

export interface AlarmMailProps {
  readonly stage: Stage;
  readonly alarms: readonly Alarm[];
}

/** Mails the stage's addresses when an alarm goes off and when it is over. The topic is there without addresses too. */
export class AlarmMail extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage, alarms }: AlarmMailProps) {
    super(scope, id);
    this.topic = new Topic(this, "Topic", {
      topicName: `cubby-${stage.name}-alarms`,
      displayName: `Cubby ${stage.name}`,
      enforceSSL: true,
    });
    // The policy that enforces TLS replaces SNS's own, which would have let alarms of this account publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AllowAlarmsOfThisAccount",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    for (const address of stage.options.alarms.emails) this.topic.addSubscription(new EmailSubscription(address));
    const action = new SnsAction(this.topic);
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}
