import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRemoval } from "../../../functions/purge/stream-event.ts";

const event = (name: string) => JSON.parse(readFileSync(`functions/purge/events/${name}.json`, "utf8")).Records[0];
const byTtl = event("removed-by-ttl");

describe("parseRemoval()", () => {
  test.each([
    ["removed-by-ttl", "ttl"],
    ["removed-by-hand", "hand"],
  ])("reads the test event %s", (name, cause) => {
    const record = event(name);
    expect(parseRemoval(record)).toMatchObject({
      sessionId: "session_20261121_093000_k3w5x2mzq7ab4cde",
      cause,
      sequenceNumber: record.dynamodb.SequenceNumber,
      was: { userId: "ana" },
    });
  });

  test.each([
    ["a user's own deletion that calls itself one", { type: "Service", principalId: "someone" }],
    ["another kind of principal", { type: "User", principalId: "dynamodb.amazonaws.com" }],
    ["nobody", undefined],
  ])("takes %s for a hand", (_what, userIdentity) => {
    expect(parseRemoval({ ...byTtl, userIdentity })?.cause).toBe("hand");
  });

  test.each([
    ["a change", { ...byTtl, eventName: "MODIFY" }],
    ["a new item", { ...byTtl, eventName: "INSERT" }],
    ["a file's item", withKeys("SESSION#s1", "FILE#uploads/a.csv")],
    ["another partition", withKeys("USER#ana", "META")],
  ])("has no use for %s", (_what, record) => {
    expect(parseRemoval(record)).toBeUndefined();
  });

  test.each([
    ["null", null],
    ["text", "REMOVE"],
    ["no record inside", { eventName: "REMOVE" }],
    ["no keys", { eventName: "REMOVE", dynamodb: { SequenceNumber: "1" } }],
    [
      "a key of another type",
      { eventName: "REMOVE", dynamodb: { SequenceNumber: "1", Keys: { pk: { N: "1" }, sk: { S: "META" } } } },
    ],
    ["no sequence number", { ...byTtl, dynamodb: { ...byTtl.dynamodb, SequenceNumber: undefined } }],
  ])("refuses %s by an error, never by silence", (_what, record) => {
    expect(() => parseRemoval(record)).toThrow("Cannot read a stream record");
  });
});

function withKeys(pk: string, sk: string) {
  return { ...byTtl, dynamodb: { ...byTtl.dynamodb, Keys: { pk: { S: pk }, sk: { S: sk } } } };
}
