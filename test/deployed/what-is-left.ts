/** Names everything whose name begins so, and ends with 1 if there is anything: `node what-is-left.ts cubby-dev`. */
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";

const [prefix = ""] = process.argv.slice(2);
const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand({}));
const { TableNames = [] } = await new DynamoDBClient({}).send(new ListTablesCommand({}));
const { Functions = [] } = await new LambdaClient({}).send(new ListFunctionsCommand({}));
const { QueueUrls = [] } = await new SQSClient({}).send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
const { Parameters = [] } = await new SSMClient({}).send(new DescribeParametersCommand({}));
const names = [
  ...Buckets.map(({ Name }) => Name),
  ...TableNames,
  ...Functions.map(({ FunctionName }) => FunctionName),
  ...QueueUrls.map((url) => url.split("/").at(-1)),
  ...Parameters.map(({ Name }) => Name?.slice(1).replaceAll("/", "-")),
];
const left = names.filter((name) => name?.startsWith(prefix) === true);
for (const name of left) console.error(`Is left: ${name}`);
process.exitCode = left.length === 0 ? 0 : 1;
