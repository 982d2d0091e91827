import { rm } from "node:fs/promises";
import { DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { openDataFolder } from "../../../cdk/local/data-folder.ts";
import { startDynamodb } from "../../../cdk/local/engines/dynamodb-engine.ts";
import { createTable } from "../../../cdk/local/engines/storage.ts";
import { makeDataDirectory } from "../../support/local-host.ts";

test("startDynamodb() without a native binary runs dynalite, with the table's indexes, over a restart", async () => {
  const folder = openDataFolder(await makeDataDirectory());
  const failures: Error[] = [];
  const reports = { log: () => {}, onFailure: (error: Error) => void failures.push(error) };
  const Item = { pk: { S: "SESSION#1" }, sk: { S: "META" }, user_id: { S: "me" }, created_at: { S: "2026" } };
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };

  const first = await startDynamodb(folder, reports, "");
  expect(first.name).toBe("dynalite");
  const writer = new DynamoDBClient({ region: "us-east-1", endpoint: first.url, credentials });
  await createTable(writer, "sessions");
  await createTable(writer, "sessions"); // a second start finds it there
  await writer.send(new PutItemCommand({ TableName: "sessions", Item }));
  await first.close();

  const second = await startDynamodb(folder, reports, "");
  const reader = new DynamoDBClient({ region: "us-east-1", endpoint: second.url, credentials });
  const { Items } = await reader.send(
    new QueryCommand({
      TableName: "sessions",
      IndexName: "by_user",
      KeyConditionExpression: "user_id = :me",
      ExpressionAttributeValues: { ":me": { S: "me" } },
    }),
  );
  expect(Items).toEqual([Item]);
  await second.close();
  folder.release();
  await rm(folder.path, { recursive: true });
  expect(failures).toEqual([]);
});
