/**
 * What each permission of the topology means: the names a function reads and the actions that go with them, given in
 * one step so that neither is forgotten. The actions are written out, because the L2 `grant…` methods give more than
 * our code calls (`dynamodb:Scan`, `s3:GetObject*`, `lambda:…:*`). `test/cdk/permissions.test.ts` holds the result.
 */
import { Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { IStringParameter } from "aws-cdk-lib/aws-ssm";
import { EXPORTS } from "../../shared/aws/object-keys.ts";
import { ENV } from "../../shared/config.ts";
import type { Permission } from "../topology.ts";
import type { CubbyFunction } from "./cubby-function.ts";
import type { SessionTable } from "./session-table.ts";

/** What there is to be allowed. */
export interface Grantable {
  readonly bucket: IBucket;
  readonly table: SessionTable;
  readonly retention: IStringParameter;
  readonly queue: IQueue;
  readonly convert: CubbyFunction;
  readonly query: CubbyFunction;
  readonly archive: CubbyFunction;
}

type Grant = (to: CubbyFunction, grantable: Grantable) => void;

/** No scan: no code of ours reads the table without a key. */
const RECORD_ACTIONS = [
  "dynamodb:GetItem",
  "dynamodb:Query",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:BatchWriteItem",
];

const FILE_ACTIONS = [
  "s3:GetObject",
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
];

/** How every permission is given. */
export const grants: Record<Permission, Grant> = {
  table_read(to, { table }) {
    to.function.addEnvironment(ENV.table, table.table.tableName);
    allow(to, "ReadRecords", ["dynamodb:GetItem"], [table.table.tableArn]);
  },
  table_update(to, { table }) {
    to.function.addEnvironment(ENV.table, table.table.tableName);
    allow(to, "ReadAndChangeRecords", ["dynamodb:GetItem", "dynamodb:UpdateItem"], [table.table.tableArn]);
  },
  table_read_write(to, { table }) {
    to.function.addEnvironment(ENV.table, table.table.tableName);
    allow(to, "ReadAndWriteRecords", RECORD_ACTIONS, [table.table.tableArn]);
  },
  index_read(to, { table }) {
    allow(to, "ReadIndexes", ["dynamodb:Query"], table.indexArns);
  },
  bucket_read_write(to, { bucket }) {
    to.function.addEnvironment(ENV.bucket, bucket.bucketName);
    allowListing(to, bucket);
    allowFiles(to, bucket, "ReadAndWriteFiles", FILE_ACTIONS);
  },
  bucket_purge(to, { bucket }) {
    to.function.addEnvironment(ENV.bucket, bucket.bucketName);
    allowListing(to, bucket);
    allowFiles(to, bucket, "RemoveFiles", ["s3:DeleteObject", "s3:AbortMultipartUpload"]);
  },
  exports_write(to, { bucket }) {
    // Reading too: whoever signs a URL must be allowed what it allows.
    allowExports(to, bucket, "WriteExports", ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]);
  },
  exports_purge(to, { bucket }) {
    allowExports(to, bucket, "RemoveExports", ["s3:DeleteObject", "s3:AbortMultipartUpload"]);
  },
  queue_send(to, { queue }) {
    to.function.addEnvironment(ENV.conversionQueueUrl, queue.queueUrl);
    allow(to, "AskForConversion", ["sqs:SendMessage"], [queue.queueArn]);
  },
  retention_read(to, { retention }) {
    to.function.addEnvironment(ENV.retentionParameter, retention.parameterName);
    allow(to, "ReadRetentionRules", ["ssm:GetParameter"], [retention.parameterArn]);
  },
  invoke_convert(to, { convert }) {
    to.function.addEnvironment(ENV.convertFunction, convert.function.functionName);
    allow(to, "InvokeConvert", ["lambda:InvokeFunction"], [convert.function.functionArn]);
  },
  invoke_query(to, { query }) {
    to.function.addEnvironment(ENV.queryFunction, query.function.functionName);
    allow(to, "InvokeQuery", ["lambda:InvokeFunction"], [query.function.functionArn]);
  },
  invoke_archive(to, { archive }) {
    to.function.addEnvironment(ENV.archiveFunction, archive.function.functionName);
    allow(to, "InvokeArchive", ["lambda:InvokeFunction"], [archive.function.functionArn]);
  },
};

/**
 * Not narrowed to `s3:prefix` on purpose: a read of a missing object carries no prefix, and S3 answers 403 instead of
 * 404 to whom it does not allow to list.
 */
function allowListing(to: CubbyFunction, bucket: IBucket): void {
  allow(to, "ListFiles", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], [bucket.bucketArn]);
}

function allowFiles(to: CubbyFunction, bucket: IBucket, sid: string, actions: string[]): void {
  const reason = "Sessions come and go, so their prefixes cannot be named; everything under sessions/ is theirs.";
  allowUnder(to, bucket, "sessions/*", { sid, actions, reason });
}

function allowExports(to: CubbyFunction, bucket: IBucket, sid: string, actions: string[]): void {
  const reason = "Every export has a key of its own; everything under exports/ is one, and gone within the day.";
  allowUnder(to, bucket, `${EXPORTS}*`, { sid, actions, reason });
}

function allowUnder(
  to: CubbyFunction,
  bucket: IBucket,
  keys: string,
  { sid, actions, reason }: { sid: string; actions: string[]; reason: string },
): void {
  allow(to, sid, actions, [bucket.arnForObjects(keys)]);
  Validations.of(to.role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${nameOfArnExport(bucket)}/${keys}]`,
    reason,
  });
}

/** What cdk-nag calls the bucket: the name of the export that carries its ARN from the data stack to ours. */
function nameOfArnExport(bucket: IBucket): string {
  const stack = Stack.of(bucket);
  return stack.resolve(stack.exportValue(bucket.bucketArn))["Fn::ImportValue"];
}

function allow(to: CubbyFunction, sid: string, actions: string[], resources: string[]): void {
  to.role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
}
