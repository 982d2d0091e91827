import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isEngine, refusal, type S3UnderTest, startS3UnderTest } from "../../support/s3-under-test.ts";

const keys = [
  "!first",
  "a+b c",
  "docs/2024/a.txt",
  "docs/2024/b.txt",
  "docs/2025/a.txt",
  "docs/readme",
  "docs-old/a",
  "docs.txt",
  "s1/x",
  "s10/x",
  "z/ü",
  "z/～", // U+FF5E sorts before the emoji in UTF-8, and behind it in UTF-16
  "z/📊",
];
/** S3's order is that of the bytes. */
const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

let s3: S3UnderTest;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3UnderTest();
  Bucket = await s3.createBucket();
  for (const Key of keys) await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});
afterAll(() => s3.close());

const list = (input: Omit<ListObjectsV2CommandInput, "Bucket"> = {}) =>
  s3.client.send(new ListObjectsV2Command({ Bucket, ...input }));

async function listAll(input: Omit<ListObjectsV2CommandInput, "Bucket">) {
  const pages: string[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await list({ ...input, ContinuationToken });
    const prefixes = (page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix}*`);
    pages.push([...(page.Contents ?? []).map(({ Key }) => Key ?? ""), ...prefixes]);
    ContinuationToken = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
  } while (ContinuationToken !== undefined);
  return pages;
}

describe("ListObjectsV2", () => {
  test("lists keys in the order of their UTF-8 bytes, with size and ETag", async () => {
    const { Contents = [], KeyCount, IsTruncated } = await list();
    expect(Contents.map(({ Key }) => Key)).toEqual(sorted);
    expect({ KeyCount, IsTruncated }).toEqual({ KeyCount: keys.length, IsTruncated: false });
    expect(Contents[0]).toMatchObject({ Size: 6, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
  });

  test.each([
    { Prefix: "s1/", found: ["s1/x"] },
    { Prefix: "s1", found: ["s1/x", "s10/x"] },
    { Prefix: "docs/2024/", found: ["docs/2024/a.txt", "docs/2024/b.txt"] },
    { Prefix: "a+b c", found: ["a+b c"] },
    { Prefix: "nothing", found: [] },
  ])("with the prefix $Prefix finds $found", async ({ Prefix, found }) => {
    const { Contents = [] } = await list({ Prefix });
    expect(Contents.map(({ Key }) => Key)).toEqual(found);
  });

  test("folds at the delimiter", async () => {
    const { Contents = [], CommonPrefixes = [], KeyCount } = await list({ Prefix: "docs", Delimiter: "/" });
    expect(Contents.map(({ Key }) => Key)).toEqual(["docs.txt"]);
    expect(CommonPrefixes.map(({ Prefix }) => Prefix)).toEqual(["docs-old/", "docs/"]);
    expect(KeyCount).toBe(3);
  });

  test("folds at a delimiter of several characters", async () => {
    const { CommonPrefixes = [] } = await list({ Prefix: "docs/", Delimiter: "/a" });
    expect(CommonPrefixes.map(({ Prefix }) => Prefix)).toEqual(["docs/2024/a", "docs/2025/a"]);
  });

  test.each([1, 2, 5, 12, 13, 14])("pages by %i give every key once", async (MaxKeys) => {
    const pages = await listAll({ MaxKeys });
    expect(pages.flat()).toEqual(sorted);
    expect(pages.slice(0, -1).every((page) => page.length === MaxKeys)).toBe(true);
  });

  test.each([1, 2, 3])("pages by %i give every common prefix once", async (MaxKeys) => {
    const pages = await listAll({ MaxKeys, Delimiter: "/" });
    expect(pages.flat().sort()).toEqual([
      "!first",
      "a+b c",
      "docs-old/*",
      "docs.txt",
      "docs/*",
      "s1/*",
      "s10/*",
      "z/*",
    ]);
  });

  test("begins behind start-after", async () => {
    const { Contents = [] } = await list({ StartAfter: "s1/x" });
    expect(Contents.map(({ Key }) => Key)).toEqual(sorted.slice(sorted.indexOf("s1/x") + 1));
  });

  test("with max-keys 0 gives nothing", async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  // It ignores the parameter.
  test.skipIf(isEngine("versitygw"))("with encoding-type url writes keys encoded", async () => {
    const { Contents = [], EncodingType } = await list({ EncodingType: "url", Prefix: "z/" });
    expect(EncodingType).toBe("url");
    expect(Contents.map(({ Key }) => decodeURIComponent(Key ?? ""))).toEqual(sorted.slice(-3));
    expect(Contents[0]?.Key).toBe("z/%C3%BC");
  });

  test("refuses a negative page size", async () => {
    expect(await refusal(list({ MaxKeys: -1 }))).toEqual({ code: "InvalidArgument", status: 400 });
  });
});
