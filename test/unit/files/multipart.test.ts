import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { isAppError } from "../../../shared/errors.ts";
import { multipartCases } from "../../support/hostile/multipart-cases.ts";
import {
  endPart as end,
  fieldPart,
  filePart,
  multipartType as contentType,
  part,
} from "../../support/hostile/multipart-parts.ts";
import { type MultipartLimits, type ReceivedFile, readMultipart } from "../../../shared/files/multipart.ts";

const limits: MultipartLimits = {
  maxFileBytes: 1_000,
  maxTotalBytes: 200_000,
  maxFiles: 5,
  maxFields: 5,
  maxFieldBytes: 100,
  timeoutMs: 2_000,
};

/** Reads a body and answers what came of each file: its content, or the code it failed with. */
async function read(body: string | Buffer | Readable, over: Partial<MultipartLimits> & { contentType?: string } = {}) {
  const files: { name: string | undefined; content: string }[] = [];
  const result = await readMultipart({
    contentType: over.contentType ?? contentType,
    body: body instanceof Readable ? body : Readable.from([Buffer.from(body)], { objectMode: false }),
    limits: { ...limits, ...over },
    onFile: async (file: ReceivedFile) => {
      const content = await buffer(file.stream).then(String, (error) => `! ${error.code}`);
      files.push({ name: file.fileName, content });
    },
  });
  return { ...result, received: files };
}

describe("readMultipart()", () => {
  test("streams files in order and returns the fields", async () => {
    const body = fieldPart("folder", "uploads") + filePart("a.csv", "1") + filePart("b.csv", "") + end;
    expect(await read(body)).toEqual({
      fields: { folder: "uploads" },
      files: 2,
      received: [
        { name: "a.csv", content: "1" },
        { name: "b.csv", content: "" },
      ],
    });
  });

  test("reads a body that arrives byte by byte", async () => {
    const body = Buffer.from(fieldPart("a", "1") + filePart("b", "--xy\r\n--xyz not quite".slice(0, 4)) + end);
    const received = await read(Readable.from([...body].map((byte) => Buffer.of(byte))));
    expect(received).toMatchObject({ fields: { a: "1" }, received: [{ name: "b", content: "--xy" }] });
  });

  test("reads a web stream", async () => {
    const body = new Blob([filePart("a", "1") + end]).stream();
    const seen: string[] = [];
    const onFile = async (file: ReceivedFile) => void seen.push(String(await buffer(file.stream)));
    expect(await readMultipart({ contentType, body, limits, onFile })).toEqual({ fields: {}, files: 1 });
    expect(seen).toEqual(["1"]);
  });

  test("reads what FormData writes", async () => {
    const form = new FormData();
    form.set("folder", "workspace");
    form.append("any name", new File(["x"], "Größe „a“.csv", { type: "text/csv" }));
    form.append("empty", new File([], ""));
    const response = new Response(form);
    const onFile = async ({ fieldName, fileName, contentType, stream }: ReceivedFile) => {
      seen.push([fieldName, fileName, contentType, String(await buffer(stream))]);
    };
    const seen: unknown[] = [];
    await readMultipart({
      contentType: response.headers.get("content-type") ?? "",
      body: response.body ?? new ReadableStream(),
      limits,
      onFile,
    });
    expect(seen).toEqual([
      ["any name", "Größe „a“.csv", "text/csv", "x"],
      ["empty", undefined, "application/octet-stream", ""],
    ]);
  });

  test.each([
    ['filename="dir/a.csv"', "dir/a.csv"],
    ['filename="..\\\\..\\\\a.csv"', "..\\..\\a.csv"],
    ["filename*=UTF-8''na%C3%AFve.csv", "naïve.csv"],
    ["filename=\"a.csv\"; filename*=UTF-8''b.csv", "b.csv"],
    ['filename="Ünï.csv"', "Ünï.csv"],
    ['filename="a\\"b.csv"', 'a"b.csv'],
  ])("gives %s as %j, for the caller to judge", async (parameter, name) => {
    const body = part(`Content-Disposition: form-data; name="f"; ${parameter}`, "1") + end;
    expect((await read(body)).received).toEqual([{ name, content: "1" }]);
  });

  test("fails a file over the limit and goes on with its neighbours", async () => {
    const body = filePart("a", "1") + filePart("big", "x".repeat(50_000)) + filePart("c", "3") + end;
    expect((await read(body)).received).toEqual([
      { name: "a", content: "1" },
      { name: "big", content: "! file_too_large" },
      { name: "c", content: "3" },
    ]);
  });

  test.each([
    [999, "ok"],
    [1_000, "ok"],
    [1_001, "! file_too_large"],
  ])("takes a file of exactly the limit: %i bytes", async (size, outcome) => {
    const { received } = await read(filePart("a", "x".repeat(size)) + end);
    expect(received[0]?.content).toBe(outcome === "ok" ? "x".repeat(size) : outcome);
  });

  test.each([
    [100, true],
    [101, false],
  ])("takes a field of exactly the limit: %i bytes", async (size, taken) => {
    const reading = read(fieldPart("a", "x".repeat(size)) + end);
    if (taken) expect((await reading).fields.a).toHaveLength(size);
    else await expect(reading).rejects.toThrow('field "a"');
  });

  test("takes exactly as many parts as allowed", async () => {
    const body = filePart("a", "1").repeat(5) + fieldPart("b", "2").repeat(5) + end;
    expect(await read(body)).toMatchObject({ files: 5, fields: { b: "2" } });
  });

  test("answers zero files for a form without any", async () => {
    expect(await read(end)).toEqual({ fields: {}, files: 0, received: [] });
  });

  test("goes on when onFile leaves a file unread", async () => {
    const body = filePart("a", "x".repeat(900)) + filePart("b", "y".repeat(900)) + end;
    const names: (string | undefined)[] = [];
    const onFile = async (file: ReceivedFile) => void names.push(file.fileName);
    const result = await readMultipart({ contentType, body: Readable.from([Buffer.from(body)]), limits, onFile });
    expect({ ...result, names }).toEqual({ fields: {}, files: 2, names: ["a", "b"] });
  });

  test("hands over one file at a time", async () => {
    let open = 0;
    const onFile = async ({ stream }: ReceivedFile) => {
      expect(++open).toBe(1);
      await sleep(5);
      await buffer(stream);
      open -= 1;
    };
    const body = Readable.from([Buffer.from(filePart("a", "1").repeat(4) + end)]);
    expect(await readMultipart({ contentType, body, limits, onFile })).toMatchObject({ files: 4 });
  });

  test("holds a fast sender back while a file waits", async () => {
    let sent = 0;
    async function* sender() {
      yield Buffer.from('--xyz\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n');
      for (; sent < 100; sent++) yield Buffer.alloc(64_000);
      yield Buffer.from(`\r\n${end}`);
    }
    let sentWhileWaiting = 0;
    const onFile = async ({ stream }: ReceivedFile) => {
      await sleep(50);
      sentWhileWaiting = sent;
      stream.resume();
      await new Promise((resolve) => stream.on("end", resolve));
    };
    const generous = { ...limits, maxFileBytes: 1e9, maxTotalBytes: 1e9 };
    await readMultipart({ contentType, body: Readable.from(sender()), limits: generous, onFile });
    expect(sent).toBe(100);
    expect(sentWhileWaiting).toBeLessThan(20);
  });

  test("ends with what onFile throws", async () => {
    const onFile = () => Promise.reject(new Error("no room"));
    const body = Readable.from([Buffer.from(filePart("a", "1").repeat(3) + end)]);
    await expect(readMultipart({ contentType, body, limits, onFile })).rejects.toThrow("no room");
  });
});

describe("readMultipart() refuses", () => {
  test.each(multipartCases(limits))("$name", async ({ body, says, contentType: type }) => {
    for (const size of [body.length + 1, 7]) {
      const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, i) =>
        Buffer.from(body.slice(i * size, (i + 1) * size), "latin1"),
      );
      const error = await read(Readable.from(chunks), { contentType: type }).catch((e) => e);
      expect(error).toMatchObject({ code: "invalid_multipart" });
      expect(error.message).toContain(says);
    }
  });

  test("a form inside a form: the inner one is one file's content", async () => {
    const inner = '--abc\r\nContent-Disposition: form-data; name="x"; filename="evil"\r\n\r\n1\r\n--abc--';
    const body =
      part("Content-Disposition: form-data; name=f; filename=a\r\nContent-Type: multipart/mixed; boundary=abc", inner) +
      end;
    expect((await read(body)).received).toEqual([{ name: "a", content: inner }]);
  });

  test.each(["application/x-www-form-urlencoded", "text/plain; boundary=xyz", "multipart/mixed; boundary=xyz", ""])(
    "Content-Type %j",
    async (type) => {
      const code = "media_type_not_supported";
      await expect(read(end, { contentType: type })).rejects.toMatchObject({ code });
    },
  );

  test("a body over the total", async () => {
    const body = filePart("a", "x".repeat(900)).repeat(3) + end;
    await expect(read(body, { maxTotalBytes: 1_500 })).rejects.toMatchObject({ code: "body_too_large" });
  });

  test("a body that stalls", async () => {
    async function* stalling() {
      yield Buffer.from(filePart("a", "1").slice(0, -2));
      await sleep(60_000, undefined, { ref: false });
    }
    const files: string[] = [];
    const onFile = async ({ stream }: ReceivedFile) => {
      files.push(await buffer(stream).then(String, (error) => error.code));
    };
    const reading = readMultipart({
      contentType,
      body: Readable.from(stalling()),
      limits: { ...limits, timeoutMs: 50 },
      onFile,
    });
    await expect(reading).rejects.toThrow("50 ms");
    expect(files).toEqual(["invalid_multipart"]);
  });

  test("an onFile that never ends", async () => {
    const options = { contentType, limits: { ...limits, timeoutMs: 50 } };
    const body = Readable.from([Buffer.from(filePart("a", "1") + end)]);
    const onFile = () => new Promise<void>(() => {});
    await expect(readMultipart({ ...options, body, onFile })).rejects.toThrow("50 ms");
  });

  test("a connection that breaks", async () => {
    async function* breaking() {
      yield Buffer.from(filePart("a", "1").slice(0, -2));
      throw new Error("ECONNRESET");
    }
    await expect(read(Readable.from(breaking()))).rejects.toMatchObject({ code: "invalid_multipart" });
  });

  // Whatever is cut off, changed or repeated: an answer or an AppError, never a hang or another error.
  test("a good body damaged anywhere, or reads it", async () => {
    const good = Buffer.from(fieldPart("a", "1") + filePart("b", "22\r\n-") + filePart("c", "") + end);
    const outcomes = { read: 0, refused: 0 };
    for (let at = 0; at < good.length; at++) {
      const damaged = [
        good.subarray(0, at),
        Buffer.concat([good.subarray(0, at), Buffer.of((good[at] ?? 0) ^ 0x0f), good.subarray(at + 1)]),
        Buffer.concat([good.subarray(0, at), good.subarray(at + 1)]),
        Buffer.concat([good.subarray(0, at), good.subarray(at - 9)]),
      ];
      for (const body of damaged) {
        const outcome = await read(body, { timeoutMs: 500 }).then(
          () => "read" as const,
          (error) =>
            isAppError(error, "invalid_multipart") && !/ ms$/.test(error.message) ? "refused" : Promise.reject(error),
        );
        outcomes[outcome as "read" | "refused"] += 1;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(good.length);
  });
});
