import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { destroyStage } from "../../../cdk/destroy/destroy-stage.ts";
import { parseStage } from "../../../cdk/stage.ts";

const { dev, prod } = JSON.parse(readFileSync("cdk.json", "utf8")).context;

/** What would be done to a stage, in order. */
async function deedsFor(options: unknown): Promise<string[]> {
  const done: string[] = [];
  await destroyStage(parseStage("some", options), {
    removeStack: async (name) => void done.push(name),
    emptyBuckets: async () => void done.push("empty"),
    listStores: async () => ["the bucket b", "the table t"],
    print: (line) => done.push(line),
  });
  return done;
}

test("destroyStage() ends the service before it empties the buckets, and then takes the rest", async () => {
  const done = await deedsFor(dev);
  expect(done).toEqual(["cubby-some-service", "empty", "cubby-some-data", 'Nothing is left of stage "some"']);
});

test("destroyStage() refuses a protected stage before it touches anything", async () => {
  await expect(deedsFor(prod)).rejects.toThrow(
    'Cannot destroy stage "some": data.deletionProtection is on, deploy the stage without it first',
  );
});

test("destroyStage() leaves the data of a stage that retains it, and says what stays", async () => {
  const unprotected = { ...prod, data: { ...prod.data, deletionProtection: false } };
  const done = await deedsFor(unprotected);
  expect(done.slice(0, 2)).toEqual(["cubby-some-service", "cubby-some-data"]);
  expect(done.slice(2)).toEqual([
    'Stays, as data.removal is "retain": the bucket b',
    'Stays, as data.removal is "retain": the table t',
  ]);
});
