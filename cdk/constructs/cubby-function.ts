import { join } from "node:path";
import { Duration, RemovalPolicy, Size, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import { type FunctionName, type FunctionTopology, functions, nodeOptions } from "../topology.ts";
import { functionBundling, projectRoot } from "./function-bundling.ts";

/**
 * One function of the topology with its log group and its own role.
 *
 * The role starts with the right to write this function's log and nothing else. AWS's managed policy would let it
 * write, and create, every log of the account.
 */
export class CubbyFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly topology: FunctionTopology;

  constructor(scope: Construct, id: string, { stage, name }: { stage: Stage; name: FunctionName }) {
    super(scope, id);
    this.topology = functions[name];
    const { topology } = this;
    const functionName = `cubby-${stage.name}-${name}`;
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${functionName} may do`,
    });
    this.logGroup = new LogGroup(this, "Log", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stage.options.logs.retentionDays,
      // A log group that stays behind would block the next deployment under the same name.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        sid: "WriteOwnLog",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    this.function = new NodejsFunction(this, "Function", {
      functionName,
      description: topology.description,
      entry: join(projectRoot, topology.entry),
      projectRoot,
      depsLockFilePath: join(projectRoot, "package-lock.json"),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: topology.memoryMb,
      timeout: Duration.seconds(topology.timeoutSeconds),
      ephemeralStorageSize: Size.mebibytes(topology.temporaryMb),
      role: this.role,
      logGroup: this.logGroup,
      tracing: this.isTraced ? Tracing.ACTIVE : Tracing.DISABLED,
      bundling: functionBundling(topology),
      environment: {
        NODE_OPTIONS: nodeOptions(topology),
        ...(topology.permissions.length > 0 && logSettings(stage)),
      },
      awsSdkConnectionReuse: false, // an environment name that only the SDK's second version reads
    });
    if (this.isTraced) {
      Validations.of(this.role).acknowledge({
        id: "AwsSolutions-IAM5[Resource::*]",
        reason: "X-Ray's PutTraceSegments and PutTelemetryRecords, and DynamoDB's ListStreams, take no resource.",
      });
    } else {
      Validations.of(this.function).acknowledge({
        id: "Serverless::Serverless-LambdaTracing",
        reason:
          "It holds no permission at all, and a trace would need one; its time is in the trace of whoever called.",
      });
    }
    Validations.of(this.function).acknowledge({
      id: "Serverless::Serverless-LambdaDLQ",
      reason:
        "Whoever calls waits for its answer, or what failed goes to a dead-letter queue of schedule, queue or stream.",
    });
  }

  /** Tracing needs a permission, and a function that may do nothing (`query`) shall not get one for it. */
  private get isTraced(): boolean {
    return this.topology.permissions.length > 0;
  }
}

/** What the logger reads; `query` and `explorer`, which may do nothing, do without it. */
function logSettings({ options: { logs } }: Stage): Record<string, string> {
  return { POWERTOOLS_LOG_LEVEL: logs.level, POWERTOOLS_LOGGER_SAMPLE_RATE: String(logs.sampleRate) };
}
