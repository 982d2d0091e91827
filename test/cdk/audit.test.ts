/** What an auditor asks of the templates beyond the controls of aws-controls.test.ts. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { functions, type Trigger } from "../../cdk/topology.ts";
import { auditView } from "./audit-view.ts";

const runbook = readFileSync(new URL("../../cdk/RUNBOOK.md", import.meta.url), "utf8");

describe.each(["dev", "prod"] as const)("%s", (name) => {
  const { allOf, idsOf, statementsOf, options } = auditView(name);
  const idOf = (type: string, property: string, value: string) =>
    idsOf(type)[allOf(type).findIndex((properties) => properties[property] === value)];
  const namesWith = (kind: Trigger["kind"]) =>
    Object.entries(functions).flatMap(([key, { triggers }]) =>
      triggers.some((trigger) => trigger.kind === kind) ? [key] : [],
    );
  const functionId = (key: string) => idOf("AWS::Lambda::Function", "FunctionName", `cubby-${name}-${key}`);
  const isDeadLetterArn = (arn: unknown) => {
    const id = (arn as { "Fn::GetAtt"?: string[] } | undefined)?.["Fn::GetAtt"]?.[0];
    return allOf("AWS::SQS::Queue")[idsOf("AWS::SQS::Queue").indexOf(id ?? "")]?.QueueName.endsWith("-dead") === true;
  };

  test("the access log has the fields that the runbook explains, and no other", () => {
    const [stage] = allOf("AWS::ApiGatewayV2::Stage");
    const explained = [...runbook.matchAll(/^\| `(\w+)` \| `(\$context\.[\w.]+)` \| (\S.+) \|$/gm)];
    const format: Record<string, string> = JSON.parse(stage?.AccessLogSettings.Format);
    expect(format).toEqual(Object.fromEntries(explained.map(([, field, variable]) => [field, variable])));
    // Tokens travel in headers and in bodies, signatures and searches in query strings.
    for (const variable of Object.values(format))
      expect(variable).not.toMatch(/quer|header|claim|authorizer\.(?!latency|error$)/i);
  });

  test("every log is kept for as long as the stage says, under CloudWatch's own encryption, and goes with the stack", () => {
    const logs = allOf("AWS::Logs::LogGroup");
    const names = [
      ...Object.keys(functions).map((key) => `/aws/lambda/cubby-${name}-${key}`),
      `/aws/vendedlogs/cubby-${name}-http`,
    ];
    expect(logs.map(({ LogGroupName }) => LogGroupName).sort()).toEqual(names.sort());
    for (const log of logs) {
      expect(log).toMatchObject({ RetentionInDays: options.logs.retentionDays });
      expect(log.KmsKeyId).toBeUndefined();
      expect(log.LogGroupClass ?? "STANDARD").toBe("STANDARD"); // the other has no metrics from lines
    }
  });

  test("what holds data is encrypted: objects by S3's keys, messages by SQS's, items by DynamoDB's", () => {
    for (const { BucketEncryption } of allOf("AWS::S3::Bucket")) {
      const [rule] = BucketEncryption.ServerSideEncryptionConfiguration;
      expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe("AES256");
    }
    for (const queue of allOf("AWS::SQS::Queue")) expect(queue).toMatchObject({ SqsManagedSseEnabled: true });
    // Without a specification DynamoDB encrypts by its own key; it cannot be switched off.
    for (const { SSESpecification } of allOf("AWS::DynamoDB::Table")) expect(SSESpecification).toBeUndefined();
    // Alarms cannot publish to a topic under AWS's key, and name nobody's data: see SECURITY-CHECKLIST.md, SNS.1.
    for (const { KmsMasterKeyId } of allOf("AWS::SNS::Topic")) expect(KmsMasterKeyId).toBeUndefined();
  });

  test("a signature is good for 15 minutes at most, whoever made it and whatever it is for", () => {
    const old = statementsOf("AWS::S3::BucketPolicy").filter(
      ({ conditions }) => conditions.NumericGreaterThan !== undefined,
    );
    expect(old).toHaveLength(1);
    expect(old[0]).toMatchObject({
      ...{ effect: "Deny", principal: { AWS: "*" }, actions: ["s3:*"] },
      conditions: { NumericGreaterThan: { "s3:signatureAge": String(15 * 60 * 1000) } },
    });
  });

  test("a resource is a wildcard only where AWS takes none, or where sessions and exports lie", () => {
    const wild = statementsOf("AWS::IAM::Policy").flatMap(({ actions, resources }) =>
      resources
        .map((resource) => (typeof resource === "string" ? resource : JSON.stringify(resource)))
        .filter((resource) => resource.includes("*"))
        .map((resource) => /(?:sessions|exports)\/\*/.exec(resource)?.[0] ?? resource)
        .flatMap((resource) => actions.map((action) => `${action} on ${resource}`)),
    );
    const files = ["GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload"];
    expect([...new Set(wild)].sort()).toEqual(
      [
        ...["xray:PutTelemetryRecords", "xray:PutTraceSegments", "dynamodb:ListStreams"].map(
          (action) => `${action} on *`,
        ),
        ...[...files, "ListMultipartUploadParts"].map((action) => `s3:${action} on sessions/*`),
        ...files.map((action) => `s3:${action} on exports/*`),
      ].sort(),
    );
  });

  test("what is started and not waited for has somewhere to fail to", () => {
    const configured = allOf("AWS::Lambda::EventInvokeConfig");
    const asynchronous = [...namesWith("invoke_later"), ...namesWith("schedule")];
    expect(configured.map(({ FunctionName }) => FunctionName.Ref).sort()).toEqual(asynchronous.map(functionId).sort());
    for (const { DestinationConfig } of configured)
      expect(isDeadLetterArn(DestinationConfig.OnFailure.Destination)).toBe(true);
    for (const { Target } of allOf("AWS::Scheduler::Schedule"))
      expect(isDeadLetterArn(Target.DeadLetterConfig.Arn)).toBe(true);
    for (const { Targets } of allOf("AWS::Events::Rule"))
      for (const { DeadLetterConfig } of Targets) expect(isDeadLetterArn(DeadLetterConfig.Arn)).toBe(true);
  });

  test("what is read from a queue or a stream has somewhere to fail to", () => {
    const mappings = allOf("AWS::Lambda::EventSourceMapping");
    const readers = [...namesWith("queue"), ...namesWith("table_stream")];
    expect(mappings.map(({ FunctionName }) => FunctionName.Ref).sort()).toEqual(readers.map(functionId).sort());
    for (const { DestinationConfig, FunctionName } of mappings) {
      if (FunctionName.Ref === functionId("convert")) continue; // by its queue, below
      expect(isDeadLetterArn(DestinationConfig.OnFailure.Destination)).toBe(true);
    }
    const alive = allOf("AWS::SQS::Queue").filter(({ QueueName }) => !QueueName.endsWith("-dead"));
    for (const { RedrivePolicy } of alive) expect(isDeadLetterArn(RedrivePolicy.deadLetterTargetArn)).toBe(true);
  });

  test("everything else waits for its answer, so that a failure is its caller's", () => {
    const covered = ["queue", "table_stream", "schedule", "invoke_later"] as const;
    const rest = Object.keys(functions).filter((key) => !covered.some((kind) => namesWith(kind).includes(key)));
    expect(rest.sort()).toEqual(["api", "authorizer", "explorer", "query"]);
  });

  test("limits are the stage's: requests at the gateway, conversions at the queue, and no concurrency is reserved", () => {
    const [stage] = allOf("AWS::ApiGatewayV2::Stage");
    const { requestsPerSecond, burst } = options.http;
    expect(stage?.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: requestsPerSecond,
      ThrottlingBurstLimit: burst,
    });
    const [fromQueue] = allOf("AWS::Lambda::EventSourceMapping").filter(
      ({ FunctionName }) => FunctionName.Ref === functionId("convert"),
    );
    expect(fromQueue?.ScalingConfig).toEqual({ MaximumConcurrency: options.conversions.maxConcurrency });
    // In an account of ten executions at once, which new ones are, a reservation fails the deployment.
    for (const fn of allOf("AWS::Lambda::Function")) expect(fn.ReservedConcurrentExecutions).toBeUndefined();
  });

  test("every function with a permission is traced, and no environment holds a secret", () => {
    for (const { FunctionName, TracingConfig, Environment } of allOf("AWS::Lambda::Function")) {
      const mayNothing = ["query", "explorer"].some((key) => FunctionName === `cubby-${name}-${key}`);
      expect(TracingConfig?.Mode).toBe(mayNothing ? undefined : "Active");
      expect(
        Object.keys(Environment.Variables).filter((variable) => /SECRET|PASSWORD|TOKEN|_KEY$/.test(variable)),
      ).toEqual([]);
    }
  });
});
