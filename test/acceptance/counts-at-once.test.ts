import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost();
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

test("sixty uploads at once, each with a conversion, are all kept and counted once", { timeout: 120_000 }, async () => {
  const session_id = await newSession(ana);
  const names = Array.from({ length: 60 }, (_, index) => `${index}.csv`);
  await Promise.all(
    names.map((name) => ana.call("putFile", { params: { session_id, path: `uploads/${name}` }, body: "x\n1\n" })),
  );
  const session = await ana.call("getSession", { params: { session_id } });
  expect(session.file_counts.uploads).toBe(60);
  expect(session.database.tables).toBe(60);
});
