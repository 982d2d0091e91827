import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileKey, sessionKey } from "../../../shared/aws/item-keys.ts";
import { databaseObjectKey, fileObjectKey } from "../../../shared/aws/object-keys.ts";
import { newSessionId } from "../../../shared/ids.ts";
import { audit, type AuditOptions } from "../../prove/audit/auditor.ts";
import { temporaryFiles } from "../../prove/audit/temporary-files.ts";
import { Told } from "../../prove/audit/told.ts";
import { type Ground, startGround } from "../../prove/ground.ts";
import type { World } from "../../prove/world.ts";
import { sha256Of } from "../../support/direct-upload.ts";

/** The auditor is told of everything that proofs rest on, so each kind of damage is done behind all backs once. */
let ground: Ground;
let world: World;
let told: Told;
let id: string;
beforeAll(async () => {
  ground = await startGround();
  world = await ground.newWorld();
});
afterAll(() => ground.close());

const TEXT = "workspace/a.md";
const TABLE = "uploads/a.csv";
const CONTENTS = { [TEXT]: "text", [TABLE]: "n\n1\n2\n" };

beforeEach(async () => {
  await world.reset();
  told = new Told();
  const ana = world.main.client({ kind: "user", userId: "ana" });
  id = (await ana.call("createSession", { body: { platform: "web" } })).session_id;
  told.begun(id);
  for (const [path, content] of Object.entries(CONTENTS)) {
    await ana.call("putFile", { params: { session_id: id, path }, body: content });
    told.stored(id, path, sha256Of(new Uint8Array(Buffer.from(content))));
  }
});

const look = (options?: AuditOptions) => audit(world.main.clients, world.env, told, options);
const table = () => world.main.stores.table;
const bucket = () => world.main.stores.bucket;
const put = (key: string, content: string | Uint8Array) =>
  bucket().putBytes(key, content, { contentType: "text/plain" });
const keyOf = (path: string, sessionId = id) => fileObjectKey(sessionId, path);

/** The published database with one row less. */
async function loseRow(): Promise<void> {
  const key = databaseObjectKey(id, 1);
  const folder = await mkdtemp(join(tmpdir(), "cubby-auditor-"));
  const path = join(folder, "project_data.db");
  const object = await bucket().read(key);
  if (object === undefined) throw new Error("There is no database");
  await writeFile(path, await buffer(object.body));
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run("DELETE FROM a WHERE n = 1");
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
  await bucket().putStream(key, createReadStream(path), "application/vnd.duckdb");
  await rm(folder, { recursive: true });
}

describe("audit()", () => {
  test("finds nothing where nothing is wrong", async () => {
    expect(
      await look({ listing: async () => [TEXT, TABLE, "workspace/DATABASE_SUMMARY.md", "workspace/project_data.db"] }),
    ).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>, RegExp[]]>([
    [
      "a lost object",
      () => bucket().remove(keyOf(TEXT)),
      [/a\.md has a record and no object/, /a\.md is not there, and clients were told/],
    ],
    [
      "a file that is gone without a trace",
      async () => [await bucket().remove(keyOf(TEXT)), await table().remove(fileKey(id, TEXT))],
      [/a\.md is not there, and clients were told/, /total_size_bytes is/, /file_counts is/],
    ],
    ["a changed byte", () => put(keyOf(TEXT), "tExt"), [/a\.md has other bytes than recorded/, /clients were told/]],
    ["an object that is longer", () => put(keyOf(TEXT), "text!"), [/has 5 bytes, recorded 4/]],
    ["an object without a record", () => put(keyOf("workspace/b.md"), "b"), [/workspace\/b\.md has no record/]],
    [
      "a record without an object",
      async () => {
        const record = await table().find(fileKey(id, TEXT));
        const path = "workspace/b.md";
        return table().put({ ...record, ...fileKey(id, path), path, name: "b.md" });
      },
      [/workspace\/b\.md has a record and no object/, /file_counts is/],
    ],
    [
      "an open multipart upload",
      () => {
        const Bucket = bucket().name;
        return world.main.clients.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: keyOf("uploads/slow.bin") }));
      },
      [/^Multipart uploads are open: .*slow\.bin/],
    ],
    [
      "a wrong count",
      () =>
        table().update(sessionKey(id), {
          UpdateExpression: "SET total_size_bytes = total_size_bytes + :one",
          ExpressionAttributeValues: { ":one": 1 },
        }),
      [/total_size_bytes is \d+, and its files come to \d+/],
    ],
    ["a row that is missing in the database", loseRow, [/tables published \[\["a",1\]\], in files \[\["a",2\]\]/]],
    [
      "a table that nobody lists",
      () => table().remove({ pk: sessionKey(id).pk, sk: "TABLE#a" }),
      [/tables listed \[\], in files \[\["a",2\]\]/],
    ],
    ["a database that is not there", () => bucket().remove(databaseObjectKey(id, 1)), [/database version 1 is not in/]],
    [
      "an object of a session that never was",
      () => put(keyOf("uploads/x.txt", newSessionId(new Date())), "x"),
      [/^Belongs to nothing that lives: sessions\/.*uploads\/x\.txt/],
    ],
    [
      "a conversion that nobody does",
      () =>
        table().update(fileKey(id, TABLE), {
          UpdateExpression: "SET conversion.#state = :state",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: { ":state": "pending" },
        }),
      [/uploads\/a\.csv waits for its conversion/],
    ],
    ["a session that is gone", () => world.reset(), [/is gone, and nobody ended it/]],
  ])("names %s", async (_, damage, named) => {
    await damage();
    const findings = await look();
    for (const pattern of named) expect(findings).toContainEqual(expect.stringMatching(pattern));
  });

  test("names a listing that is too short, and one that is too long", async () => {
    const all = [TEXT, TABLE, "workspace/DATABASE_SUMMARY.md", "workspace/project_data.db"];
    for (const listed of [all.slice(1), [...all, "workspace/b.md"]]) {
      expect(await look({ listing: async () => listed })).toEqual([expect.stringMatching(/listed are/)]);
    }
  });

  test("names a session that is there though somebody was told of its end", async () => {
    told.ended(id);
    expect(await look()).toEqual([expect.stringMatching(/is there, and somebody was told that it ended/)]);
  });
});

test("temporaryFiles() names what a function or the S3 engine left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cubby-auditor-"));
  for (const place of ["tmp/convert-1", "s3/incoming"]) {
    await mkdir(join(folder, place), { recursive: true });
    await writeFile(join(folder, place, "left"), "x");
  }
  expect(await temporaryFiles(folder)).toEqual(["A temporary file: tmp/left", "A temporary file: s3/incoming/left"]);
  await rm(folder, { recursive: true });
});
