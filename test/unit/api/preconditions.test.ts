import { describe, expect, test } from "vitest";
import { isUnchanged } from "../../../functions/api/preconditions.ts";

const current = ['"abc"', "2026-11-21T09:30:00.500Z"] as const;

describe("isUnchanged()", () => {
  test.each([
    { headers: { "if-none-match": '"abc"' } },
    { headers: { "if-none-match": 'W/"abc"' } },
    { headers: { "if-none-match": '"x", W/"abc" , "y"' } },
    { headers: { "if-none-match": " * " } },
    { headers: { "if-modified-since": "Sat, 21 Nov 2026 09:30:00 GMT" } },
    { headers: { "if-modified-since": "Sat, 21 Nov 2026 10:00:00 GMT" } },
    { headers: { "if-none-match": '"abc"', "if-modified-since": "Sat, 21 Nov 2020 09:30:00 GMT" } },
  ])("is true for $headers", ({ headers }) => {
    expect(isUnchanged(requestWith(headers), ...current)).toBe(true);
  });

  test.each([
    { headers: {} },
    { headers: { "if-none-match": '"ab"' } },
    { headers: { "if-none-match": "abc" } },
    { headers: { "if-modified-since": "Sat, 21 Nov 2026 09:29:59 GMT" } },
    { headers: { "if-modified-since": "yesterday" } },
    { headers: { "if-none-match": '"old"', "if-modified-since": "Sat, 21 Nov 2026 10:00:00 GMT" } },
  ])("is false for $headers", ({ headers }) => {
    expect(isUnchanged(requestWith(headers), ...current)).toBe(false);
  });
});

function requestWith(headers: Record<string, string | undefined>): Request {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Request("https://example.com/", { headers: given });
}
