import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Host } from "../../../cdk/local/host.ts";
import type { Contender, Fill } from "./contender.ts";

export const EXPRESS_TABLE = "express_sessions";

const WRITERS = 8;
const BATCH = 25;

/** express-session with connect-dynamodb in a process of its own, its table on the same engine as Cubby's. */
export async function startExpressSession(host: Host) {
  const env = {
    ...{ PATH: process.env.PATH, AWS_REGION: host.env.AWS_REGION },
    AWS_ACCESS_KEY_ID: host.env.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: host.env.AWS_SECRET_ACCESS_KEY,
    AWS_ENDPOINT_URL_DYNAMODB: host.endpoints.dynamodb,
  };
  const server = fork(join(import.meta.dirname, "express-server.ts"), { env, execArgv: [] });
  const [port] = (await once(server, "message")) as [number];
  return {
    contender: visit(`http://127.0.0.1:${port}/`),
    fill: fillWith(host),
    close: () => server.kill(),
  };
}

/** As a browser does, with the cookie of the session that was begun last. */
function visit(url: string): Contender {
  let cookie = "";
  const ask = async (method: string, headers: Record<string, string>) => {
    const response = await fetch(url, { method, headers });
    await response.text();
    if (!response.ok) throw new Error(`express-session answered ${response.status} to ${method}`);
    return response;
  };
  const read = () => ask("GET", { cookie });
  return {
    name: "express-session",
    run: {
      create: async () => {
        cookie = (await ask("POST", {})).headers.getSetCookie()[0]?.split(";")[0] ?? "";
      },
      read,
      touch: read, // it touches whenever it reads
      delete: () => ask("DELETE", { cookie }),
    },
  };
}

function fillWith(host: Host): Fill {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = host.env;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new DynamoDBClient({ endpoint: host.endpoints.dynamodb, region: "us-east-1", credentials });
  let made = 0;
  return async (count) => {
    const end = made + count;
    const write = async () => {
      while (made < end) {
        const from = made;
        made = Math.min(made + BATCH, end);
        const puts = Array.from({ length: made - from }, (_, index) => ({
          PutRequest: { Item: toItem(from + index) },
        }));
        await client.send(new BatchWriteItemCommand({ RequestItems: { [EXPRESS_TABLE]: puts } }));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
  };
}

function toItem(index: number) {
  const expires = new Date(Date.now() + 24 * 3600_000);
  const cookie = { originalMaxAge: 24 * 3600_000, expires, httpOnly: true, path: "/" };
  return {
    id: { S: `sess:filler_${index}` },
    expires: { N: String(Math.ceil(expires.getTime() / 1000)) },
    type: { S: "connect-session" },
    sess: { S: JSON.stringify({ cookie, user_id: `filler_${index % 5000}`, note: "x".repeat(100) }) },
  };
}
