import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import {
  asynchronousInvoke,
  authorizerCacheSeconds,
  functions,
  nodeOptions,
  openRoutes,
  pageRoutes,
  queue,
  table,
} from "../../cdk/topology.ts";
import { META } from "../../shared/aws/item-keys.ts";
import { makeTemplates, stageOptions } from "./support.ts";

const { data, service } = makeTemplates();

/** Environment names by function: what each reads at start, and nothing more. */
const logNames = ["POWERTOOLS_LOGGER_SAMPLE_RATE", "POWERTOOLS_LOG_LEVEL"];
const storeNames = ["NODE_OPTIONS", "SESSION_BUCKET", "SESSION_TABLE", ...logNames];
const environment: Record<string, string[]> = {
  api: [
    "ARCHIVE_FUNCTION",
    "CONVERSION_QUEUE_URL",
    "CONVERT_FUNCTION",
    "GUESTS_ALLOWED",
    "NODE_OPTIONS",
    "OIDC_AUDIENCE",
    "OIDC_ISSUER",
    ...logNames,
    "QUERY_FUNCTION",
    "RETENTION_PARAMETER",
    "SERVICE_NAMESPACES",
    "SESSION_BUCKET",
    "SESSION_TABLE",
  ],
  authorizer: [...logNames, "NODE_OPTIONS", "OIDC_AUDIENCE", "OIDC_ISSUER", "SERVICE_NAMESPACES", "SESSION_TABLE"],
  convert: ["RETENTION_PARAMETER", ...storeNames],
  explorer: ["GUESTS_ALLOWED", "NODE_OPTIONS", "OIDC_CLIENT_ID", "OIDC_ISSUER", "OIDC_SCOPE", "STORAGE_ORIGIN"],
  query: ["NODE_OPTIONS"],
  archive: storeNames,
  sweep: ["CONVERSION_QUEUE_URL", "RETENTION_PARAMETER", ...storeNames],
  purge: storeNames,
};

function logicalId(type: string, properties: object): string {
  const [id] = Object.keys(service.findResources(type, { Properties: properties }));
  expect(id, `${type} ${JSON.stringify(properties)}`).toBeDefined();
  return id ?? "";
}

function functionArn(name: string) {
  return { "Fn::GetAtt": [logicalId("AWS::Lambda::Function", { FunctionName: `cubby-dev-${name}` }), "Arn"] };
}

describe("functions", () => {
  test.each(Object.entries(functions))("%s has the topology's size, time and runtime", (name, topology) => {
    service.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: `cubby-dev-${name}`,
      Description: topology.description,
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: topology.memoryMb,
      Timeout: topology.timeoutSeconds,
      EphemeralStorage: { Size: topology.temporaryMb },
      Environment: { Variables: Match.objectLike({ NODE_OPTIONS: nodeOptions(topology) }) },
      TracingConfig: topology.permissions.length === 0 ? Match.absent() : { Mode: "Active" },
    });
    service.hasResourceProperties("AWS::Logs::LogGroup", {
      LogGroupName: `/aws/lambda/cubby-dev-${name}`,
      RetentionInDays: stageOptions("dev").logs.retentionDays,
    });
  });

  test("nothing runs that the topology does not name", () => {
    service.resourceCountIs("AWS::Lambda::Function", Object.keys(functions).length);
    data.resourceCountIs("AWS::Lambda::Function", 0);
  });

  test.each(Object.keys(functions))("%s gets the environment names it reads, and no other", (name) => {
    const found = Object.values(
      service.findResources("AWS::Lambda::Function", { Properties: { FunctionName: `cubby-dev-${name}` } }),
    );
    expect(Object.keys(found[0]?.Properties.Environment.Variables).sort()).toEqual(
      [...(environment[name] ?? [])].sort(),
    );
  });
});

describe("nodeOptions()", () => {
  test("bounds the young generation where the topology says so", () => {
    expect(nodeOptions(functions.archive)).toBe("--enable-source-maps --max-semi-space-size=16");
    expect(nodeOptions(functions.api)).toBe("--enable-source-maps");
  });
});

describe("HTTP API", () => {
  test("asks the authorizer on every route but the open ones", () => {
    const routes = Object.values(service.findResources("AWS::ApiGatewayV2::Route")).map(({ Properties }) => Properties);
    const open = routes.filter((route) => route.AuthorizationType === "NONE").map((route) => route.RouteKey);
    expect(open.sort()).toEqual([...openRoutes, ...pageRoutes, "OPTIONS /{proxy+}"].sort());
    const guarded = routes.filter((route) => route.AuthorizationType === "CUSTOM").map((route) => route.RouteKey);
    expect(guarded).toEqual(["$default"]);
  });

  test("asks once per token and cache time, with simple answers", () => {
    service.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: authorizerCacheSeconds,
      IdentitySource: ["$request.header.Authorization"],
    });
  });
});

describe("triggers", () => {
  test("convert takes the queue's messages one by one and reports each", () => {
    const {
      "Fn::GetAtt": [queueId],
    } = { "Fn::GetAtt": [logicalId("AWS::SQS::Queue", { QueueName: "cubby-dev-conversions" })] };
    service.hasResourceProperties("AWS::SQS::Queue", {
      QueueName: "cubby-dev-conversions",
      VisibilityTimeout: queue.visibilityTimeoutSeconds,
      RedrivePolicy: {
        maxReceiveCount: queue.maxReceiveCount,
        deadLetterTargetArn: {
          "Fn::GetAtt": [logicalId("AWS::SQS::Queue", { QueueName: "cubby-dev-conversions-dead" }), "Arn"],
        },
      },
    });
    service.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: { "Fn::GetAtt": [queueId, "Arn"] },
      FunctionName: { Ref: logicalId("AWS::Lambda::Function", { FunctionName: "cubby-dev-convert" }) },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: stageOptions("dev").conversions.maxConcurrency },
    });
  });

  test("files that clients send straight to S3 reach the queue", () => {
    service.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: {
          object: { key: [{ wildcard: "sessions/*/uploading/*" }, { wildcard: "sessions/*/uploads/*" }] },
          reason: ["PostObject", "CompleteMultipartUpload"],
        },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
  });

  test("sweep runs as often as the topology says", () => {
    const minutes = functions.sweep.triggers[0].everyMinutes;
    service.hasResourceProperties("AWS::Scheduler::Schedule", {
      ScheduleExpression: `rate(${minutes} minutes)`,
      FlexibleTimeWindow: { Mode: "FLEXIBLE" },
      Target: {
        Arn: functionArn("sweep"),
        DeadLetterConfig: Match.anyValue(),
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: minutes * 60 },
      },
    });
  });

  test("archive is tried again when it fails, and what fails for good lies in its dead-letter queue", () => {
    service.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: logicalId("AWS::Lambda::Function", { FunctionName: "cubby-dev-archive" }) },
      MaximumRetryAttempts: asynchronousInvoke.retryAfterSeconds.length,
      DestinationConfig: {
        OnFailure: {
          Destination: {
            "Fn::GetAtt": [logicalId("AWS::SQS::Queue", { QueueName: "cubby-dev-archives-dead" }), "Arn"],
          },
        },
      },
    });
  });

  test("purge sees removals of sessions and nothing else of the table's stream", () => {
    const keys = { Keys: { [table.sortKey]: { S: [META] } } };
    service.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      FunctionName: { Ref: logicalId("AWS::Lambda::Function", { FunctionName: "cubby-dev-purge" }) },
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ["REMOVE"], dynamodb: keys }) }] },
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      StartingPosition: "TRIM_HORIZON",
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 12 * 3600,
      DestinationConfig: {
        OnFailure: {
          Destination: { "Fn::GetAtt": [logicalId("AWS::SQS::Queue", { QueueName: "cubby-dev-purge-dead" }), "Arn"] },
        },
      },
    });
  });

  test("every dead-letter queue has an alarm", () => {
    const names = ["archives", "conversions", "sweep", "purge"].map((subject) => `cubby-dev-${subject}-dead`);
    for (const name of names)
      service.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmName: name, Threshold: 0 });
    const queues = Object.values(service.findResources("AWS::SQS::Queue")).map(
      ({ Properties }) => Properties.QueueName,
    );
    expect(queues.filter((name) => name.endsWith("-dead")).sort()).toEqual(names.sort());
  });

  test("alarms may publish to their topic", () => {
    service.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
          }),
        ]),
      },
    });
  });
});
