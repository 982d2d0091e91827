import { ListMultipartUploadsCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import type { StorageClients } from "../../shared/aws/clients.ts";
import { parseSessionObjectKey } from "../../shared/aws/object-keys.ts";
import type { Item } from "../../shared/aws/table.ts";

/** Everything that bucket and table hold of sessions, counted past all code of ours that decides anything. */
export interface Census {
  items: Item[];
  objects: string[];
  uploads: string[];
  /** Ids of sessions that have a record of their own. */
  live: string[];
  /** Objects, items and uploads of sessions without a record. */
  orphans: string[];
}

export async function takeCensus(clients: StorageClients, env: Record<string, string>): Promise<Census> {
  const Bucket = env.SESSION_BUCKET ?? "";
  const items: Item[] = [];
  for await (const page of paginateScan({ client: clients.dynamo }, { TableName: env.SESSION_TABLE ?? "" })) {
    items.push(...((page.Items ?? []) as Item[]));
  }
  const objects: string[] = [];
  for await (const page of paginateListObjectsV2({ client: clients.s3 }, { Bucket })) {
    objects.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
  }
  const uploads = (await clients.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];
  const uploadKeys = uploads.map(({ Key }) => Key ?? "");
  const live = items.filter(({ sk, due_shard }) => sk === "META" && due_shard !== undefined).map(({ pk }) => idOf(pk));
  const isAlive = new Set(live);
  const orphans = [
    ...[...objects, ...uploadKeys].filter((key) => !isAlive.has(parseSessionObjectKey(key)?.sessionId ?? "")),
    ...items
      .filter(({ pk, sk }) => pk.startsWith("SESSION#") && sk !== "META" && !isAlive.has(idOf(pk)))
      .map(({ pk, sk }) => `${pk} ${sk}`),
  ];
  return { items, objects, uploads: uploadKeys, live, orphans };
}

function idOf(pk: string): string {
  return pk.slice("SESSION#".length);
}
