import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRemoval } from "../../../functions/purge/stream-event.ts";

function recordOf(file: string): Record<string, unknown> {
  const url = new URL(`../../../functions/purge/events/${file}.json`, import.meta.url);
  const [record] = (JSON.parse(readFileSync(url, "utf8")) as { Records: Record<string, unknown>[] }).Records;
  return record ?? {};
}

/** The record with another old image. */
function withImage(image: object | undefined): Record<string, unknown> {
  const record = recordOf("removed-by-ttl");
  const { OldImage: _, ...rest } = record.dynamodb as Record<string, unknown>;
  return { ...record, dynamodb: { ...rest, ...(image === undefined ? {} : { OldImage: image }) } };
}

describe("parseRemoval()", () => {
  test.each([
    { file: "removed-by-ttl", cause: "ttl" },
    { file: "removed-by-hand", cause: "hand" },
  ])("reads $file with whose session it was", ({ file, cause }) => {
    expect(parseRemoval(recordOf(file))).toMatchObject({
      sessionId: "session_20261121_093000_k3w5x2mzq7ab4cde",
      cause,
      was: { userId: "ana", tables: 0, endingReason: undefined, guestTokenHash: undefined },
    });
  });

  test("keeps what the receipt needs", () => {
    const image = {
      user_id: { S: "guest_1" },
      status: { S: "deleting" },
      ending_reason: { S: "idle" },
      guest_token_hash: { S: "abc" },
      database: { M: { tables: { N: "3" }, version: { N: "2" } } },
    };
    expect(parseRemoval(withImage(image))?.was).toEqual({
      userId: "guest_1",
      tables: 3,
      endingReason: "idle",
      guestTokenHash: "abc",
    });
  });

  test.each([
    { what: "of a tombstone", image: { user_id: { S: "ENDED#ana" }, status: { S: "deleted" } } },
    { what: "that no old image came with", image: undefined },
    { what: "whose image names no user", image: { status: { S: "active" } } },
  ])("knows nobody for a removal $what", ({ image }) => {
    expect(parseRemoval(withImage(image))).toMatchObject({ cause: "ttl", was: undefined });
  });
});
