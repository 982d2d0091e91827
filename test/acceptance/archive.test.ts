import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, noise, startAcceptanceHost } from "../support/acceptance.ts";
import { readZip } from "../support/zip-readers.ts";

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

describe("POST …/archive", () => {
  test("packs every file of a session, the database included, byte for byte", async () => {
    const id = await newSession(ana);
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x,y\n1,2\n" }]);
    await ana.call("putFile", { params: { session_id: id, path: "outputs/bulk/noise.bin" }, body: noise(700_000) });
    const answer = await ana.call("createArchive", { params: { session_id: id }, body: {} });
    expect(answer).toMatchObject({ state: "ready", files: 4, url: expect.any(String) });
    const zip = Buffer.from(await (await fetch(answer.url ?? "")).arrayBuffer());
    expect(zip.length).toBe(answer.size_bytes);
    const files = await readZip(zip);
    expect([...files.keys()]).toEqual([
      "outputs/bulk/noise.bin",
      "uploads/a.csv",
      "workspace/DATABASE_SUMMARY.md",
      "workspace/project_data.db",
    ]);
    for (const [path, bytes] of files) {
      const single = Buffer.from(await (await ana.download(id, path)).arrayBuffer());
      expect(Buffer.compare(single, bytes)).toBe(0);
    }
  });
});
