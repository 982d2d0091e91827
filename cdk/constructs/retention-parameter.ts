import { RemovalPolicy } from "aws-cdk-lib";
import { ParameterTier, StringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";

/**
 * The stage's retention document, which operators edit in the console while the service runs.
 *
 * CloudFormation writes a parameter when its template entry changes, and only then, but then with the value of the
 * template. So the entry never changes: it starts as `{}` and the stage's own options travel as environment variables
 * of the functions. A test pins every property; changing one would undo what operators wrote.
 */
export class RetentionParameter extends Construct {
  readonly parameter: StringParameter;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    this.parameter = new StringParameter(this, "Parameter", {
      parameterName: `/cubby/${stage.name}/retention`,
      description: "When sessions end, where it differs from the stage's options; takes effect within a minute",
      stringValue: "{}",
      allowedPattern: "^\\s*\\{[\\s\\S]*\\}\\s*$",
      tier: ParameterTier.STANDARD,
    });
    // Of no use without the table that the rules are about, and its name must be free for the next one.
    this.parameter.applyRemovalPolicy(RemovalPolicy.DESTROY);
  }
}
