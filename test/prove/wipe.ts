import { AbortMultipartUploadCommand, DeleteObjectsCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import type { StorageClients } from "../../shared/aws/clients.ts";
import { createTable } from "../../shared/aws/table.ts";
import { ENV } from "../../shared/config.ts";
import { takeCensus } from "../support/census.ts";

/** Empties bucket and table past all code that decides anything: cheaper than new ones, of which engines tire. */
export async function wipe(clients: StorageClients, env: Record<string, string>): Promise<void> {
  const Bucket = env[ENV.bucket] ?? "";
  const { items, objects, uploads } = await takeCensus(clients, env);
  const table = createTable(clients.dynamo, env[ENV.table] ?? "");
  if (items.length > 0) await table.writeBatch({ remove: items.map(({ pk, sk }) => ({ pk, sk })) });
  for (let from = 0; from < objects.length; from += 1000) {
    const Objects = objects.slice(from, from + 1000).map((Key) => ({ Key }));
    await clients.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
  if (uploads.length === 0) return;
  const { Uploads = [] } = await clients.s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) {
    await clients.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
}
