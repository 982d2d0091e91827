/**
 * What a session says of itself must be what is there. Random mixtures of everything that changes files go through the
 * real API, some at once; after each round the session's figures are compared with its records and with the bucket.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { PREFIX, sessionKey, sessionPartition } from "../../shared/aws/item-keys.ts";
import { type Client, CubbyError } from "../../shared/client/index.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";
import { bucketFigures, type Figures, figuresOf, toldFigures } from "../support/session-figures.ts";
import { isEngine } from "../support/s3-under-test.ts";
import { writeZip } from "../support/zip-writer.ts";

/** The same mixtures each time; `PROPERTY_SEED` and `PROPERTY_RUNS` ask for others, and for more. */
const runs = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 6),
  seed: Number(process.env.PROPERTY_SEED ?? 20261121),
  endOnFailure: true,
};

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "1000" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

/** Few names, so that operations meet on them; one is the same in two normal forms. */
const names = ["a.csv", "b.csv", "why?.txt", "Caf\u00e9.csv", "Cafe\u0301.csv"] as const;
const folders = ["uploads", "workspace", "outputs/single"] as const;

const path = fc.tuple(fc.constantFrom(...folders), fc.constantFrom(...names)).map((parts) => parts.join("/"));
/** A table, or text that makes none; of another size nearly every time. */
const content = fc
  .tuple(fc.boolean(), fc.nat({ max: 40 }))
  .map(([isTable, rows]) =>
    isTable ? `n,word\n${Array.from({ length: rows + 1 }, (_, n) => `${n},w${n}\n`).join("")}` : "x".repeat(rows),
  );

type Operation = (client: Client, session_id: string) => Promise<unknown>;

const operation = fc.oneof(
  fc
    .tuple(path, content)
    .map(([target, body]) =>
      named(`put ${target} ${body.length}`, (client, session_id) =>
        client.call("putFile", { params: { session_id, path: target }, body }),
      ),
    ),
  fc
    .tuple(fc.constantFrom(...folders), fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), content)
    .map(([folder, some, body]) =>
      named(`form ${folder} ${some}`, (client, session_id) =>
        client.uploadFiles(
          session_id,
          some.map((name) => ({ name, content: body })),
          folder,
        ),
      ),
    ),
  fc.tuple(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), content).map(([some, body]) =>
    named(`zip ${some}`, (client, session_id) => {
      const entries = [...new Set(some.map((name) => name.normalize("NFC")))].map((name) => ({ name, data: body }));
      return client.uploadFiles(session_id, [{ name: "all.zip", content: new Uint8Array(writeZip(entries)) }]);
    }),
  ),
  fc
    .tuple(path, content)
    .map(([target, body]) =>
      named(`direct ${target} ${body.length}`, (client, session_id) =>
        client.uploadLarge(session_id, target, new Blob([body])),
      ),
    ),
  path.map((target) =>
    named(`delete ${target}`, (client, session_id) =>
      client.call("deleteFile", { params: { session_id, path: target } }),
    ),
  ),
  fc.array(path, { minLength: 1, maxLength: 6 }).map((paths) =>
    named(`delete ${paths}`, (client, session_id) =>
      client.call("deleteFiles", {
        params: { session_id },
        body: { paths: [...paths, "workspace/DATABASE_SUMMARY.md"] },
      }),
    ),
  ),
  fc
    .constantFrom("log", "other")
    .map((name) => named(`append ${name}`, (client, session_id) => client.appendLog(session_id, name, "line\n"))),
);

/** So that a failure reads as what was done. */
function named(text: string, act: Operation): Operation {
  return Object.assign(act, { [fc.toStringMethod]: () => text });
}

/** A file that is not there, or that somebody else was faster with, is an answer; anything else is not. */
async function run(act: Operation, session_id: string): Promise<void> {
  await act(ana, session_id).catch((error: unknown) => {
    if (error instanceof CubbyError && (error.status === 404 || error.status === 409)) return;
    throw error;
  });
}

async function recordFigures(session_id: string): Promise<Figures> {
  const files = [];
  const query = {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": sessionPartition(session_id), ":prefix": PREFIX.file },
  };
  for await (const item of viewEngines(host).table.queryAll(query)) {
    if (item.status === "ready") files.push({ folder: String(item.folder), size: Number(item.size_bytes) });
  }
  return figuresOf(files);
}

/** A direct upload is converted behind its answer: nothing is compared while files still come and go. */
async function settled(session_id: string): Promise<void> {
  await eventually(async () => {
    const item = await viewEngines(host).table.find(sessionKey(session_id));
    return item?.conversion_due_at === undefined && item?.lease_token === undefined ? true : undefined;
  }, 60);
}

async function compare(session_id: string, startedAt: string): Promise<void> {
  await settled(session_id);
  const session = await ana.call("getSession", { params: { session_id } });
  const told = await toldFigures(ana, session_id);
  expect({ by: "the bucket", ...told }).toEqual({ by: "the bucket", ...(await bucketFigures(host, session_id)) });
  expect({ by: "the records", ...told }).toEqual({ by: "the records", ...(await recordFigures(session_id)) });
  expect(session.last_activity >= startedAt && session.last_activity <= new Date().toISOString()).toBe(true);
  for await (const file of ana.pages("listFiles", { params: { session_id } })) {
    expect(file.created_at <= file.modified_at).toBe(true);
    expect(file.created_at >= session.created_at).toBe(true);
    if (file.path === "workspace/project_data.db") continue; // a view of the published version; counted nowhere
    const object = await viewEngines(host).bucket.find(`sessions/${session_id}/${file.path}`);
    expect([file.path, object?.etag, object?.sizeBytes]).toEqual([file.path, file.etag, file.size_bytes]);
  }
}

describe("file_counts, total_size_bytes and the folders", () => {
  test("are what bucket and records hold, after any mix of operations one after the other", {
    timeout: 300_000,
  }, async () => {
    const mixes = fc.array(operation, { minLength: 3, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(mixes, async (operations) => {
        const session_id = await newSession(ana);
        const startedAt = new Date(Date.now() - 1000).toISOString();
        for (const [index, act] of operations.entries()) {
          await run(act, session_id);
          if (index % 4 === 3) await compare(session_id, startedAt);
        }
        await compare(session_id, startedAt);
      }),
      runs,
    );
  });

  // That engine looks at no condition of a deletion, which is what keeps a file that replaced another.
  test.skipIf(isEngine("versitygw"))(
    "are so when operations meet on the same names",
    { timeout: 300_000 },
    async () => {
      const rounds = fc.array(fc.array(operation, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(rounds, async (groups) => {
          const session_id = await newSession(ana);
          const startedAt = new Date(Date.now() - 1000).toISOString();
          for (const group of groups) {
            await Promise.all(group.map((act) => run(act, session_id)));
            await compare(session_id, startedAt);
          }
        }),
        runs,
      );
    },
  );
});
