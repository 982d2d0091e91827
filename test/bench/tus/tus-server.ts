/** The reference tus server with its S3 store; engine, bucket and credentials come from the environment. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Store } from "@tus/s3-store";
import { Server } from "@tus/server";

const PART_BYTES = 8 * 1024 * 1024;
const {
  AWS_ACCESS_KEY_ID = "",
  AWS_SECRET_ACCESS_KEY = "",
  AWS_ENDPOINT_URL_S3 = "",
  SESSION_BUCKET = "",
} = process.env;

const datastore = new S3Store({
  partSize: PART_BYTES,
  s3ClientConfig: {
    bucket: SESSION_BUCKET,
    endpoint: AWS_ENDPOINT_URL_S3,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  },
});
const tus = new Server({ path: "/files", datastore });
const server = createServer((request, response) => void tus.handle(request, response));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
