import { describe, expect, test } from "vitest";
import { assertReadable, isOfLaterVersion, STORED_FORMAT } from "../../../shared/sessions/stored-format.ts";

const session_id = "session_20261122_033729_fmus6gdkkq2tdamk";

describe("a stored session", () => {
  test.each([undefined, 0, STORED_FORMAT])("of format %s is read", (stored_format) => {
    expect(isOfLaterVersion({ stored_format })).toBe(false);
    expect(() => assertReadable({ session_id, stored_format })).not.toThrow();
  });

  test.each([STORED_FORMAT + 1, 99, "2", null, Number.NaN])("of format %j is refused", (stored_format) => {
    expect(isOfLaterVersion({ stored_format })).toBe(true);
    expect(() => assertReadable({ session_id, stored_format })).toThrow(
      expect.objectContaining({ code: "stored_by_later_version" }),
    );
  });
});
