import { randomUUID } from "node:crypto";
import { directUpload } from "../../topology.ts";
import { ACCOUNT_ID } from "../gateway/http-event.ts";

/** What the S3 server reports when an object has come into being. */
export interface ObjectCreated {
  bucket: string;
  key: string;
  size: number;
  etag: string;
  reason: string;
}

const uploadKeys = directUpload.keyPatterns.map((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "s"));

/** What the stack's EventBridge rule lets through. */
export function isDirectUpload({ key, reason }: ObjectCreated): boolean {
  return uploadKeys.some((pattern) => pattern.test(key)) && directUpload.reasons.some((wanted) => wanted === reason);
}

/** The event as S3 sends it to EventBridge, which the rule puts on the queue as it is. Its key is not URL-encoded. */
export function toObjectCreatedEvent(created: ObjectCreated, region: string): object {
  const { bucket, key, size, etag, reason } = created;
  const sequencer = process.hrtime.bigint().toString(16).toUpperCase().padStart(18, "0");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account: ACCOUNT_ID,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size, etag: etag.replaceAll('"', ""), sequencer },
      "request-id": randomUUID(),
      requester: ACCOUNT_ID,
      "source-ip-address": "127.0.0.1",
      reason,
    },
  };
}
