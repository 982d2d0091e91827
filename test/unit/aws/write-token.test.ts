import { describe, expect, test } from "vitest";
import { wasTriedBefore, withWriteToken } from "../../../shared/aws/write-token.ts";

const ONCE = "(attribute_not_exists(#last_write) OR #last_write <> :last_write)";

describe("withWriteToken()", () => {
  test.each([
    ["SET a = :a REMOVE b", "SET #last_write = :last_write, a = :a REMOVE b"],
    ["ADD n :one SET a = :a", "ADD n :one SET #last_write = :last_write, a = :a"],
    ["ADD n :one", "ADD n :one SET #last_write = :last_write"],
    ["REMOVE offset_SET", "REMOVE offset_SET SET #last_write = :last_write"],
  ])("says in %s, once, that it was here", (before, after) => {
    expect(withWriteToken({ UpdateExpression: before }, "t")).toEqual({
      UpdateExpression: after,
      ConditionExpression: ONCE,
      ExpressionAttributeNames: { "#last_write": "last_write" },
      ExpressionAttributeValues: { ":last_write": "t" },
    });
  });

  test("holds a condition of the change's own as well", () => {
    const change = { UpdateExpression: "SET a = :a", ConditionExpression: "b = :b OR c = :c" };
    expect(withWriteToken(change, "t").ConditionExpression).toBe(`(b = :b OR c = :c) AND ${ONCE}`);
  });
});

test.each([
  [{}, false],
  [{ $metadata: { attempts: 1 } }, false],
  [{ $metadata: { attempts: 2 } }, true],
])("wasTriedBefore(%j) is %s", (answer, expected) => {
  expect(wasTriedBefore(answer)).toBe(expected);
});
