import { describe, expect, test } from "vitest";
import { isAppError } from "../../../shared/errors.ts";
import { assertFileSize, readStorageLimits } from "../../../shared/sessions/room.ts";

const MIB = 1024 * 1024;

describe("readStorageLimits()", () => {
  test.each([
    { set: undefined, fileBytes: 100 * MIB },
    { set: "5119", fileBytes: 5119 * MIB },
    { set: "5120", fileBytes: 5120 * MIB },
    { set: "5121", fileBytes: 5120 * MIB },
    { set: "1000000", fileBytes: 5120 * MIB },
    { set: "0.5", fileBytes: MIB / 2 },
  ])("MAX_FILE_SIZE_MB $set allows files of $fileBytes bytes", ({ set, fileBytes }) => {
    expect(readStorageLimits({ MAX_FILE_SIZE_MB: set }).fileBytes).toBe(fileBytes);
  });
});

describe("assertFileSize()", () => {
  const limits = readStorageLimits({ MAX_FILE_SIZE_MB: "5120" });
  const { fileBytes } = limits;

  test.each([0, fileBytes - 1, fileBytes])("takes %i bytes", (size) => {
    expect(() => assertFileSize("a", size, limits)).not.toThrow();
  });

  test("refuses one byte more, with the numbers", () => {
    const refuse = () => assertFileSize("a", fileBytes + 1, limits);
    expect(refuse).toThrow(
      expect.toSatisfy(
        (error) =>
          isAppError(error) &&
          error.code === "file_too_large" &&
          error.details?.size_bytes === fileBytes + 1 &&
          error.details.limit_bytes === fileBytes,
      ),
    );
  });
});
