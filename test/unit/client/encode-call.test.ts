import { describe, expect, test } from "vitest";
import { toTarget } from "../../../shared/client/encode-call.ts";

const FILE = "/v1/sessions/{session_id}/files/{path+}";
const DOCUMENT = "/v1/sessions/{session_id}/research-data/{name}";

describe("toTarget()", () => {
  test.each<[route: string, call: Parameters<typeof toTarget>[1], target: string]>([
    ["/v1/sessions", {}, "/v1/sessions"],
    [
      "/v1/sessions",
      { query: { limit: 5, cursor: undefined, platform: "a b&c" } },
      "/v1/sessions?limit=5&platform=a%20b%26c",
    ],
    [FILE, { params: { session_id: "s", path: "uploads/a b.csv" } }, "/v1/sessions/s/files/uploads/a%20b.csv"],
    [FILE, { params: { session_id: "s", path: "uploads/..a" } }, "/v1/sessions/s/files/uploads/..a"],
    [FILE, { params: { session_id: "s", path: "uploads/why?" } }, "/v1/sessions/s/files/uploads?name=why%3F"],
    [DOCUMENT, { params: { session_id: "s", name: "why?" } }, "/v1/sessions/s/research-data/-?name=why%3F"],
  ])("of %s with %j is %s", (route, call, target) => {
    expect(toTarget(route, call)).toBe(target);
  });

  test.each([
    { session_id: "", path: "uploads/a" },
    { session_id: "..", path: "uploads/a" },
    { session_id: "s?", path: "uploads/a" },
    { session_id: "s", path: "../../../sessions" },
    { session_id: "s", path: "uploads/." },
    { session_id: "s", path: "uploads//a" },
    { session_id: "s", path: "" },
  ])("refuses $session_id and $path, which would lead to another thing", (params) => {
    expect(() => toTarget(FILE, { params })).toThrow(
      expect.objectContaining({ name: "CubbyError", code: "path_not_allowed", status: 0 }),
    );
  });
});
