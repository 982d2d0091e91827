/** Both sides of every size at which an upload takes another way, or none. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, noise, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { bytesOf, sha256Of } from "../support/direct-upload.ts";
import { viewEngines } from "../support/engines-view.ts";

const MIB = 1024 * 1024;
const LARGEST_FORM = 100 * MIB;
const LARGEST_FILE = 5120 * MIB;

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100", MAX_FILE_SIZE_MB: "6000" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

const begin = (session_id: string, size_bytes: number) =>
  ana.call("createUpload", { params: { session_id }, body: { path: "workspace/a.bin", size_bytes } });

describe("between one form and parts, at 100 MiB", () => {
  test("the API chooses by one byte", async () => {
    const id = await newSession(ana);
    const form = await begin(id, LARGEST_FORM);
    expect(form.post).toBeDefined();
    expect(form.parts).toBeUndefined();
    const parts = await begin(id, LARGEST_FORM + 1);
    expect(parts.post).toBeUndefined();
    expect(parts).toMatchObject({ part_count: 13, part_size: 8 * MIB });
  });

  test.each([LARGEST_FORM, LARGEST_FORM + 1])(
    "a file of %i bytes comes and goes whole",
    {
      timeout: 120_000,
    },
    async (size) => {
      const id = await newSession(ana);
      const content = new Uint8Array(randomBytes(size));
      const { file } = await ana.uploadLarge(id, "workspace/a.bin", new Blob([content]));
      expect(file?.size_bytes).toBe(size);
      expect(sha256Of(await bytesOf(ana, id, "workspace/a.bin"))).toBe(sha256Of(content));
      await ana.call("deleteSession", { params: { session_id: id } });
    },
  );
});

describe("at 5 GiB, what a stage allows at most whatever it asks for", () => {
  test.each([
    { size: LARGEST_FILE - 1, last: 8 * MIB - 1 },
    { size: LARGEST_FILE, last: 8 * MIB },
  ])("an upload of $size bytes is cut into 640 parts", async ({ size, last }) => {
    const id = await newSession(ana);
    const target = await begin(id, size);
    expect(target).toMatchObject({ part_count: 640, part_size: 8 * MIB });
    const params = { session_id: id, upload_id: target.upload_id };
    const { parts } = await ana.call("signParts", { params, body: { part_numbers: [1, 640] } });
    expect(parts?.map(({ size_bytes }) => size_bytes)).toEqual([8 * MIB, last]);
  });

  test("one byte more is 413 with the numbers, and claims nothing", async () => {
    const id = await newSession(ana);
    expect(await problemOf(begin(id, LARGEST_FILE + 1))).toMatchObject({
      ...{ status: 413, code: "file_too_large" },
      message: expect.stringContaining(`${LARGEST_FILE + 1} bytes, the limit is ${LARGEST_FILE}`),
    });
    expect((await ana.call("listUploads", { params: { session_id: id } })).data).toEqual([]);
    expect(await viewEngines(host).table.find(sessionKey(id))).toMatchObject({ claimed_bytes: 0, claimed_files: 0 });
  });
});

describe("a form to the API, 4 MiB in all", () => {
  const boundary = "----cubby";
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="f"; filename="a.bin"\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;

  test.each([
    { what: "exactly", more: 0, status: 200 },
    { what: "one byte more", more: 1, status: 413 },
  ])("$what answers $status", async ({ more, status }) => {
    const session_id = await newSession(ana);
    const content = Buffer.from(noise(4 * MIB - head.length - tail.length + more));
    const answer = await fetch(`${host.url}/v1/sessions/${session_id}/files?folder=workspace`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await host.issueToken({ sub: "ana" })}`,
        "content-type": `multipart/form-data; boundary=${boundary}`,
      },
      body: Buffer.concat([Buffer.from(head), content, Buffer.from(tail)]),
    });
    expect(answer.status).toBe(status);
    const { data } = await ana.call("listFiles", { params: { session_id } });
    expect(data.map(({ path, size_bytes }) => [path, size_bytes])).toEqual(
      status === 200 ? [["workspace/a.bin", content.length]] : [],
    );
    if (status === 200) expect((await bytesOf(ana, session_id, "workspace/a.bin")).equals(content)).toBe(true);
  });
});
