import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combineCrc32, crc32, portableCrc32, toBase64 } from "../../../shared/client/crc32.ts";

describe.each([
  ["crc32()", crc32],
  ["portableCrc32(), which browsers have", portableCrc32],
])("%s", (_, crc) => {
  test("is zlib's, for bytes of any length at any place of their buffer", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), (bytes, offset) => {
        const view = new Uint8Array(offset + bytes.length).subarray(offset);
        view.set(bytes);
        expect(crc(view)).toBe(zlibCrc32(bytes));
      }),
    );
  });
});

describe("combineCrc32()", () => {
  test("joins the CRCs of pieces to that of the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), (pieces) => {
        const joined = pieces.reduce((crc, piece) => combineCrc32(crc, crc32(piece), piece.length), 0);
        expect(joined).toBe(zlibCrc32(Buffer.concat(pieces)));
      }),
    );
  });

  test("joins pieces that are longer than 32 bits can count", () => {
    // 5 GiB of zeros, as two halves each, and the halves as halves again.
    let [crc, length] = [crc32(new Uint8Array(1)), 1];
    const whole = { crc, length };
    while (length < 2 ** 34) [crc, length] = [combineCrc32(crc, crc, length), length * 2];
    const rest = combineCrc32(crc, whole.crc, 1);
    expect(combineCrc32(whole.crc, crc, length)).toBe(rest);
  });
});

test("toBase64() writes four bytes, the most significant first", () => {
  expect(toBase64(0x01020304)).toBe(Buffer.from([1, 2, 3, 4]).toString("base64"));
  expect(toBase64(0xfffefdfc)).toBe(Buffer.from([255, 254, 253, 252]).toString("base64"));
});
