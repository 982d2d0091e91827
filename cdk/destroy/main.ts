/**
 * `npm run destroy -- -c stage=dev`: takes a stage away, in one command. Asks before each stack unless `--force` is
 * given; other words are handed to the CDK's command line.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { parseStage } from "../stage.ts";
import { destroyStage } from "./destroy-stage.ts";
import { emptyBuckets } from "./empty-buckets.ts";
import { listStores } from "./list-stores.ts";

/** The CDK's own command, which asks and shows how it goes. */
async function removeStack(name: string, words: readonly string[]): Promise<void> {
  const child = spawn("cdk", ["destroy", name, "--exclusively", ...words], { stdio: "inherit" });
  const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  if (code !== 0) throw new Error(`Cannot remove the stack ${name}: "cdk destroy" ended with ${code}`);
}

const words = process.argv.slice(2);
const { context } = JSON.parse(readFileSync("cdk.json", "utf8"));
const chosen = words.map((word) => /^stage=(.*)$/.exec(word)?.[1]).find((name) => name !== undefined);
const name = chosen ?? String(context.stage);
const s3 = new S3Client({ forcePathStyle: true });
const print = (line: string) => console.log(line);
try {
  await destroyStage(parseStage(name, context[name]), {
    removeStack: (stack) => removeStack(stack, words),
    emptyBuckets: () => emptyBuckets(s3, name, print),
    listStores: () => listStores({ s3, dynamodb: new DynamoDBClient({}) }, name),
    print,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
