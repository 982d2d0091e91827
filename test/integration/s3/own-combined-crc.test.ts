import fc from "fast-check";
import { expect, test } from "vitest";
import { createDigester } from "../../../cdk/local/s3/wire/checksums.ts";
import { combineCrc } from "../../../cdk/local/s3/wire/combine-crc.ts";

test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)("combineCrc() of %s is the CRC of both pieces", (algorithm) => {
  const digest = (...pieces: Uint8Array[]) => {
    const digester = createDigester(algorithm);
    for (const piece of pieces) digester.update(piece);
    return digester.digest();
  };
  const piece = fc.uint8Array({ maxLength: 5000 });
  fc.assert(
    fc.property(piece, piece, (first, second) => {
      const combined = combineCrc(algorithm, digest(first), digest(second), second.byteLength);
      expect(combined.toString("hex")).toBe(digest(first, second).toString("hex"));
    }),
  );
});
