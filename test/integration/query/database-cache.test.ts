import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDatabaseCache, type DatabaseCache } from "../../../functions/query/database-cache.ts";
import { AppError } from "../../../shared/errors.ts";
import { claimScratchFolder } from "../../../functions/query/scratch-folder.ts";

let folder: string;
let server: Server;
let url: string;
let downloads: string[];
let respond: RequestListener;
let time: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cubby-cache-test-"));
  downloads = [];
  time = 0;
  respond = (request, response) => {
    response.end(`${request.url}`.padEnd(100, "."));
  };
  server = createServer((request, response) => {
    downloads.push(request.url ?? "");
    respond(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

function openCache(maxBytes = 250): DatabaseCache {
  return createDatabaseCache({
    directory: folder,
    maxBytes,
    maxIdleMs: 1_000,
    downloadTimeoutMs: 500,
    now: () => time,
  });
}

const read = (path: string) => Promise.resolve(readFileSync(path, "utf8").replace(/\.+$/, ""));
const get = (cache: DatabaseCache, key: string, path = `/${key}`) => cache.with({ key, url: url + path }, read);

describe("createDatabaseCache()", () => {
  test("downloads a version once, whatever its address is the next time", async () => {
    const cache = openCache();
    expect(await get(cache, "s1/1", "/one?signature=a")).toBe("/one?signature=a");
    expect(await get(cache, "s1/1", "/one?signature=b")).toBe("/one?signature=a");
    expect(downloads).toHaveLength(1);
  });

  test("shares one download between two at once", async () => {
    const cache = openCache();
    const both = await Promise.all([get(cache, "a"), get(cache, "a")]);
    expect(both).toEqual(["/a", "/a"]);
    expect(downloads).toEqual(["/a"]);
  });

  test("lets the least recently used go when bytes run out, never one in use", async () => {
    const cache = openCache();
    await get(cache, "a");
    time = 1;
    await get(cache, "b");
    time = 2;
    await get(cache, "a");
    await get(cache, "c");
    await get(cache, "a");
    expect(downloads).toEqual(["/a", "/b", "/c"]);
    await cache.with({ key: "b", url: `${url}/b` }, async (path) => {
      await get(cache, "d");
      await get(cache, "e");
      expect(existsSync(path)).toBe(true);
    });
    expect(readdirSync(folder).length).toBeLessThanOrEqual(2);
  });

  test("lets go of a file that could not be read, and fetches another the next time", async () => {
    const cache = openCache();
    const damaged = () => Promise.reject(new AppError("unavailable", "Cannot read it"));
    const failing = cache.with({ key: "a", url: `${url}/a` }, damaged);
    await expect(failing).rejects.toThrow("Cannot read it");
    expect(readdirSync(folder)).toEqual([]);
    expect(await get(cache, "a")).toBe("/a");
    expect(downloads).toHaveLength(2);
  });

  test("asks for the checksum where the address was signed for it, and takes no other bytes", async () => {
    const asked: unknown[] = [];
    respond = ({ headers }, response) => {
      asked.push(headers["x-amz-checksum-mode"]);
      response.setHeader("x-amz-checksum-crc32", "AAAAAA==").end("not what was stored");
    };
    const cache = openCache();
    await expect(get(cache, "a", "/a?X-Amz-SignedHeaders=host%3Bx-amz-checksum-mode")).rejects.toThrow("changed on");
    await expect(get(cache, "b", "/b?X-Amz-SignedHeaders=host")).rejects.toThrow("changed on");
    expect(asked).toEqual(["ENABLED", undefined]);
  });

  test("removes what nobody asked for in a while", async () => {
    const cache = openCache();
    await get(cache, "a");
    time = 1_001;
    await get(cache, "b");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("keeps keys from naming files elsewhere", async () => {
    await get(openCache(), "../../escape\0/etc", "/x");
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}-0\.db$/)]);
  });

  test.each<[string, RequestListener, string]>([
    ["an expired address", (_, response) => response.writeHead(403).end("no"), "unavailable"],
    [
      "a short body",
      (_, response) => response.writeHead(200, { "content-length": 50 }).write("x", () => response.destroy()),
      "unavailable",
    ],
    ["no answer", () => {}, "unavailable"],
    ["a redirect", (_, response) => response.writeHead(302, { location: "http://127.0.0.1/" }).end(), "unavailable"],
    ["an announced size beyond the limit", (_, response) => response.end("x".repeat(300)), "file_too_large"],
    [
      "an unannounced one",
      (_, response) => response.write("x".repeat(200), () => response.end("x".repeat(100))),
      "file_too_large",
    ],
  ])("keeps nothing of %s and tries again", async (_, broken, code) => {
    const cache = openCache();
    const good = respond;
    respond = broken;
    await expect(get(cache, "a")).rejects.toMatchObject({ code });
    expect(readdirSync(folder)).toEqual([]);
    respond = good;
    expect(await get(cache, "a")).toBe("/a");
  });
});

describe("claimScratchFolder()", () => {
  test("removes what dead processes left and nothing else", () => {
    for (const name of ["cubby-query-2147483646", `cubby-query-${process.ppid}`, "cubby-query-x", "other"]) {
      mkdirSync(join(folder, name));
    }
    expect(claimScratchFolder(folder)).toBe(join(folder, `cubby-query-${process.pid}`));
    expect(readdirSync(folder).sort()).toEqual([`cubby-query-${process.ppid}`, "cubby-query-x", "other"].sort());
  });
});
