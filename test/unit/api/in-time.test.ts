import { expect, test } from "vitest";
import { inTime } from "../../../functions/api/in-time.ts";

test("inTime() answers what comes", async () => {
  expect(await inTime(async () => 1)).toBe(1);
  await expect(inTime(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("inTime() says 503 of what does not come", async () => {
  await expect(inTime(() => new Promise(() => {}), 1)).rejects.toMatchObject({ code: "unavailable" });
});
