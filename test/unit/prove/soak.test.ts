import fc from "fast-check";
import { expect, test } from "vitest";
import { countEngineRequest } from "../../../shared/trace.ts";
import { createRequestMeter } from "../../prove/soak/request-meter.ts";
import { slopeOf } from "../../prove/soak/trend.ts";

test("the slope of points on a line is the line's, wherever it stands", () => {
  const number = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(number, number, fc.uniqueArray(number, { minLength: 2 }), (slope, start, places) => {
      const points = places.map((x) => [x, start + slope * x] as const);
      expect(slopeOf(points)).toBeCloseTo(slope, 6);
    }),
  );
});

test("points around a level have next to no slope, and a single point has none", () => {
  expect(
    Math.abs(
      slopeOf([
        [0, 10],
        [1, 12],
        [2, 9],
        [3, 12],
        [4, 10],
      ]),
    ),
  ).toBeLessThan(0.2);
  expect(slopeOf([[3, 7]])).toBe(0);
});

test("requests are counted for the deed they are made for, also of two at once, and of one that fails", async () => {
  const meter = createRequestMeter();
  const ask = async (times: number) => {
    for (let time = 0; time < times; time++) {
      await Promise.resolve();
      countEngineRequest("s3");
    }
  };
  await Promise.all([meter.measure(0, "put", () => ask(3)), meter.measure(0, "read", () => ask(1))]);
  await meter.measure(1, "put", () => ask(4));
  const failing = meter.measure(1, "put", async () => {
    await ask(6);
    throw new Error("The storage is full");
  });
  await expect(failing).rejects.toThrow("The storage is full");
  expect(meter.averages()).toEqual(
    new Map([
      ["put", [3, 5]],
      ["read", [1]],
    ]),
  );
});
