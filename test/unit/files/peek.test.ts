import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { peek } from "../../../shared/files/peek.ts";

const source = (...parts: string[]) => Readable.from(parts.map((part) => Buffer.from(part)));

describe("peek()", () => {
  test.each([
    { parts: [], bytes: 4, head: "", isWhole: true },
    { parts: ["ab"], bytes: 4, head: "ab", isWhole: true },
    { parts: ["ab", "cdef", "gh"], bytes: 4, head: "abcd", isWhole: false },
    { parts: ["abcdef"], bytes: 4, head: "abcd", isWhole: false },
  ])("shows $head of $parts and gives all of it", async ({ parts, bytes, head, isWhole }) => {
    const peeked = await peek(source(...parts), bytes);
    expect([peeked.head.toString(), peeked.isWhole]).toEqual([head, isWhole]);
    expect((await buffer(peeked.whole)).toString()).toBe(parts.join(""));
  });

  test("hands an error on, before and behind the head", async () => {
    const broken = (after: number) =>
      Readable.from(
        (async function* () {
          for (let index = 0; index < after; index++) yield Buffer.from("abcd");
          throw new Error("cut");
        })(),
      );
    await expect(peek(broken(0), 4)).rejects.toThrow("cut");
    const { whole } = await peek(broken(2), 4);
    await expect(buffer(whole)).rejects.toThrow("cut");
  });

  test("lets go of the source when nobody reads on", async () => {
    const body = source("abcd", "efgh");
    const { whole } = await peek(body, 4);
    whole.destroy();
    await once(body, "close");
    expect(body.destroyed).toBe(true);
  });
});
