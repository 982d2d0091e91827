import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { CfnGroup } from "aws-cdk-lib/aws-resourcegroups";
import { Construct } from "constructs";
import { AlarmMail } from "../constructs/alarm-mail.ts";
import { Alarms } from "./alarms.ts";
import { OperationsDashboard } from "./dashboard.ts";
import { SavedQueries } from "./saved-queries.ts";
import { Signals, type Watched } from "./signals.ts";

/** What an operator looks at in the console: dashboard, alarms with their mail, saved log queries, one list of resources. */
export class Operations extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const { stage, functions, dead } = watched;
    const signals = new Signals(watched);
    this.alarms = [...dead.map(({ alarm }) => alarm), ...new Alarms(this, "Alarms", signals).alarms];
    const mail = new AlarmMail(this, "AlarmMail", { stage, alarms: this.alarms });
    const { dashboard } = new OperationsDashboard(this, "Dashboard", { signals, alarms: this.alarms });
    new SavedQueries(this, "Queries", { stageName: stage.name, functions });
    new CfnGroup(this, "Resources", {
      name: `cubby-${stage.name}`,
      description: `Everything of the Cubby stage ${stage.name}`,
      resourceQuery: {
        type: "TAG_FILTERS_1_0",
        query: {
          resourceTypeFilters: ["AWS::AllSupported"],
          tagFilters: [
            { key: "application", values: ["cubby"] },
            { key: "stage", values: [stage.name] },
          ],
        },
      },
    });
    const { region } = Stack.of(this);
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(Stack.of(this), name, { value, description });
    output(
      "DashboardUrl",
      `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`,
      "Where to look first",
    );
    output("AlarmTopicArn", mail.topic.topicArn, "Subscribe a pager here");
  }
}
