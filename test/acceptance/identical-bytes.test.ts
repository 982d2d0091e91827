/**
 * The same bytes come while the same file is deleted. To the storage both are one version, so whoever deletes the one
 * deletes the other: what the answers say, what is listed and what is there must agree all the same.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import { type Client, CubbyError } from "../../shared/client/index.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { bytesOf } from "../support/direct-upload.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";
import { isEngine } from "../support/s3-under-test.ts";
import { bucketFigures, toldFigures } from "../support/session-figures.ts";

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

const CONTENT = "word,n\nthe same bytes,1\n";
const ROUNDS = 10;

type Act = (session_id: string, path: string) => Promise<unknown>;

const put: Act = (session_id, path) => ana.call("putFile", { params: { session_id, path }, body: CONTENT });
const direct: Act = (session_id, path) => ana.uploadLarge(session_id, path, new Blob([CONTENT]));
const remove: Act = (session_id, path) => ana.call("deleteFile", { params: { session_id, path } });
const removeMany: Act = (session_id, path) =>
  ana.call("deleteFiles", { params: { session_id }, body: { paths: [path] } });

/** Being late is an answer: the file is not there any more, or somebody else changed it just now. */
async function tried(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof CubbyError) || ![404, 409].includes(error.status)) throw error;
  });
}

/** Every file that is listed can be read, and the figures are those of the bucket. */
async function expectSound(session_id: string): Promise<void> {
  await eventually(async () => {
    const item = await viewEngines(host).table.find(sessionKey(session_id));
    return item?.conversion_due_at === undefined && item?.lease_token === undefined ? true : undefined;
  }, 60);
  const { data } = await ana.call("listFiles", { params: { session_id } });
  const ours = data.filter(({ path }) => !path.startsWith("workspace/") || path.endsWith(".bin"));
  for (const { path } of ours) expect((await bytesOf(ana, session_id, path)).toString()).toBe(CONTENT);
  const { data: tables } = await ana.call("listTables", { params: { session_id } });
  expect(tables).toHaveLength(ours.filter(({ folder }) => folder === "uploads").length);
  const told = await toldFigures(ana, session_id);
  expect(told).toEqual(await bucketFigures(host, session_id));
  const item = await viewEngines(host).table.find(sessionKey(session_id));
  const files = Object.values(told.file_counts).reduce((sum, count) => sum + count, 0);
  expect([item?.claimed_bytes, item?.claimed_files]).toEqual([told.total_size_bytes, files]);
}

// That engine looks at no condition of a deletion.
describe.skipIf(isEngine("versitygw"))("identical bytes that come while their file is deleted", () => {
  test.each([
    { what: "by a body", acts: [put, remove], names: "workspace/.bin" },
    { what: "by a body, of several deletions", acts: [put, removeMany, remove], names: "workspace/.bin" },
    { what: "straight to the storage", acts: [direct, remove], names: "workspace/.bin" },
    { what: "by a body, as a table", acts: [put, remove], names: "uploads/.csv" },
  ])("$what are there whole, or not at all", { timeout: 240_000 }, async ({ acts, names }) => {
    const session_id = await newSession(ana);
    for (let round = 0; round < ROUNDS; round++) {
      const paths = Array.from({ length: 4 }, (_, n) => names.replace("/", `/t${n}`));
      await Promise.all(paths.map((path) => put(session_id, path)));
      await Promise.all(paths.flatMap((path) => acts.map((act) => tried(act(session_id, path)))));
      await expectSound(session_id);
    }
  });
});
