/**
 * What every role of the service may do, written down. A change of the code that needs more has to be written here
 * too, where a reader sees it.
 */
import { describe, expect, test } from "vitest";
import { makeTemplates } from "./support.ts";

const { service } = makeTemplates();

const ownLog = ["logs:CreateLogStream own log", "logs:PutLogEvents own log"];
const traces = ["xray:PutTelemetryRecords *", "xray:PutTraceSegments *"];
const records = [
  "dynamodb:BatchWriteItem table",
  "dynamodb:DeleteItem table",
  "dynamodb:GetItem table",
  "dynamodb:PutItem table",
  "dynamodb:Query table",
  "dynamodb:UpdateItem table",
];
const indexes = ["dynamodb:Query table/index/by_due", "dynamodb:Query table/index/by_user"];
const listFiles = ["s3:ListBucket bucket", "s3:ListBucketMultipartUploads bucket"];
const removeFiles = [...listFiles, "s3:AbortMultipartUpload bucket/sessions/*", "s3:DeleteObject bucket/sessions/*"];
const files = [
  ...removeFiles,
  "s3:GetObject bucket/sessions/*",
  "s3:ListMultipartUploadParts bucket/sessions/*",
  "s3:PutObject bucket/sessions/*",
];
const rules = "ssm:GetParameter retention";
const reportTo = (queue: string) =>
  ["GetQueueAttributes", "GetQueueUrl", "SendMessage"].map((action) => `sqs:${action} ${queue}`);

const allowed: Record<string, string[]> = {
  api: [
    ...ownLog,
    ...traces,
    ...records,
    ...indexes,
    ...files,
    "s3:AbortMultipartUpload bucket/exports/*",
    "s3:GetObject bucket/exports/*",
    "s3:PutObject bucket/exports/*",
    rules,
    "sqs:SendMessage conversions",
    "lambda:InvokeFunction convert",
    "lambda:InvokeFunction query",
    "lambda:InvokeFunction archive",
  ],
  authorizer: [...ownLog, ...traces, "dynamodb:GetItem table"],
  convert: [
    ...ownLog,
    ...traces,
    ...records,
    ...files,
    rules,
    "sqs:ChangeMessageVisibility conversions",
    "sqs:DeleteMessage conversions",
    "sqs:GetQueueAttributes conversions",
    "sqs:GetQueueUrl conversions",
    "sqs:ReceiveMessage conversions",
  ],
  explorer: ownLog,
  query: ownLog,
  archive: [
    ...ownLog,
    ...traces,
    "dynamodb:GetItem table",
    "dynamodb:UpdateItem table",
    ...files,
    ...reportTo("archives-dead"),
  ],
  sweep: [
    ...ownLog,
    ...traces,
    ...records,
    ...indexes,
    ...removeFiles,
    "s3:AbortMultipartUpload bucket/exports/*",
    "s3:DeleteObject bucket/exports/*",
    rules,
    "sqs:SendMessage conversions",
    ...reportTo("sweep-dead"),
  ],
  purge: [
    ...ownLog,
    ...traces,
    ...records,
    ...removeFiles,
    ...reportTo("purge-dead"),
    "dynamodb:DescribeStream table stream",
    "dynamodb:GetRecords table stream",
    "dynamodb:GetShardIterator table stream",
    "dynamodb:ListStreams *",
  ],
  schedule: ["lambda:InvokeFunction sweep", "sqs:SendMessage sweep-dead"],
};

describe("permissions", () => {
  test.each(Object.keys(allowed))("%s may do exactly what is written down", (name) => {
    expect(grantedTo(name)).toEqual([...(allowed[name] ?? [])].sort());
  });

  test("there is no role but these, and none has a policy that AWS manages", () => {
    const roles = Object.values(service.findResources("AWS::IAM::Role"));
    expect(roles.map(({ Properties }) => ownerOf(Properties.Description)).sort()).toEqual(Object.keys(allowed).sort());
    for (const { Properties } of roles) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.Policies).toBeUndefined();
    }
  });
});

/** "What cubby-dev-api may do" → "api". */
function ownerOf(description: string): string {
  return /^What (?:cubby-dev-|the )(\w+) may do$/.exec(description)?.[1] ?? description;
}

/** Every `action resource` that the role's policies allow, sorted. */
function grantedTo(owner: string): string[] {
  const roles = service.findResources("AWS::IAM::Role");
  const roleId = Object.keys(roles).find((id) => ownerOf(roles[id]?.Properties.Description) === owner);
  const granted = Object.values(service.findResources("AWS::IAM::Policy"))
    .filter(({ Properties }) => Properties.Roles.some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, NotAction, NotResource }) => {
      expect([Effect, NotAction, NotResource]).toEqual(["Allow", undefined, undefined]);
      return [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action} ${said(resource, owner)}`));
    });
  return granted.sort();
}

/** A resource in the words of the table above; what it does not know stays as it is and fails the comparison. */
function said(resource: unknown, owner: string): string {
  if (typeof resource === "string") return resource;
  const text = flatten(resource)
    .replace(/^cubby-dev-data:ExportsOutputFnGetAttSessionsBucket[0-9A-F]{8}Arn[0-9A-F]{8}/, "bucket")
    .replace(/^cubby-dev-data:ExportsOutputFnGetAttSessionTable[0-9A-F]{8}Arn[0-9A-F]{8}/, "table")
    .replace(/^cubby-dev-data:ExportsOutputFnGetAttSessionTable[0-9A-F]{8}StreamArn[0-9A-F]{8}/, "table stream")
    .replace(/^arn:.*:ssm:.*:parametercubby-dev-data:ExportsOutputRefRetentionParameter[0-9A-F]{16}$/, "retention");
  const found = service.toJSON().Resources[text.replace(/\.Arn$/, "")]?.Properties;
  if (found?.LogGroupName === `/aws/lambda/cubby-dev-${owner}`) return "own log";
  return (found?.QueueName ?? found?.FunctionName ?? text).replace(/^cubby-dev-/, "");
}

function flatten(value: unknown): string {
  if (typeof value === "string") return value;
  const intrinsic = value as { "Fn::ImportValue"?: string; "Fn::GetAtt"?: string[]; "Fn::Join"?: [string, unknown[]] };
  if (intrinsic["Fn::Join"]) return intrinsic["Fn::Join"][1].map(flatten).join(intrinsic["Fn::Join"][0]);
  return intrinsic["Fn::ImportValue"] ?? intrinsic["Fn::GetAtt"]?.join(".") ?? JSON.stringify(value);
}
